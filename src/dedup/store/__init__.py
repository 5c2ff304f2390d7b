"""The state: what a nightly run remembers of the nights before, in one SQLite file and the columns beside it."""
