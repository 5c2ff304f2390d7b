"""Reads folders of text files, pages and records as articles, and names whatever could not be read.

``batches`` walks the paths and cuts the work into picklable pieces; ``read`` turns one piece into articles,
in any process. Neither stops at bad input: each problem becomes one ``Unreadable``.
"""

from dedup.readers.batch import Batch, FileBatch, LineBlock, Piece, Pieces, halves, shown_paths
from dedup.readers.files import articles_at, digest, read, readings
from dedup.readers.folder import Sift, batches

__all__ = [
    "Batch",
    "FileBatch",
    "LineBlock",
    "Piece",
    "Pieces",
    "Sift",
    "articles_at",
    "batches",
    "digest",
    "halves",
    "read",
    "readings",
    "shown_paths",
]
