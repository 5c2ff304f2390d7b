"""The page: a report as one HTML file that opens from disk, without a network, a server or any other file."""

from dedup.settings import MEBIBYTE

MAX_TEXT = 20 * MEBIBYTE
"""Bytes of text that a page holds unless told otherwise: a browser opens that in a second or two."""
