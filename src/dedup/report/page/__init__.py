"""The page: a report as one HTML file that opens from disk, without a network, a server or any other file."""
