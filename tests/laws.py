"""Laws: tests of whatever hypothesis makes up, and how much of it they are tried on."""

import hypothesis


def costly(times: int) -> hypothesis.settings:
    """For a law that takes so many times as long as others: it is tried on so many times fewer examples."""
    return hypothesis.settings(max_examples=max(2, hypothesis.settings().max_examples // times))
