"""How right found clusters are against labelled ones: the labels, the arithmetic, the worst pairs, the sweep."""
