"""Reading with a memory: only files that are new or changed are read, all others come from the state.

A file is the same if the system says so: same size, inode and times, and these are old enough that whoever writes it
from now on leaves others. Where that is in doubt its bytes decide. A large JSON Lines file is known block by block,
so that one that grew is taken apart from there on.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from dedup.columns import I64, ranges
from dedup.footers.spans import Spans
from dedup.model import Heads, Unreadable
from dedup.readers import Batch, FileBatch, Piece, Sift, digest
from dedup.readers.names import shown_path
from dedup.steps import Example, Prepared
from dedup.store.database import writing
from dedup.store.kept import KeptPiece, Stamp, stamp_of
from dedup.store.state import News, State
from dedup.text.stems import Stems
from dedup.text.words import Words
from dedup.workflows.collection import Held, first_examples

GRAIN_NS = 2_000_000_000
"""Nanoseconds between two changes of a file that may leave it the same time: two seconds on FAT, less elsewhere."""

File = tuple[str, str]
"""A root and a path below it."""


class Remembering:
    """The keeper of a scan that has a state."""

    def __init__(
        self, state: State, names: Sequence[str], begun_ns: int, checkpoint: Callable[[], None] = lambda: None
    ) -> None:
        """A keeper that nothing was read with yet.

        Args:
            state: as it was loaded; what is read is added to its shelf.
            names: ids of known footers.
            begun_ns: when the run began, in nanoseconds since 1970.
            checkpoint: called after each batch: a good moment to save.
        """
        self._checkpoint = checkpoint
        self.sift: Sift | None = self._sifted
        self._state, self._names, self._settled_before = state, names, begun_ns - GRAIN_NS
        self._files: dict[File, KeptPiece] = {}
        self._blocks: dict[File, dict[int, KeptPiece]] = {}
        for piece in state.pieces:
            if piece.first_line:
                self._blocks.setdefault((piece.root, piece.path), {})[piece.first_line] = piece
            else:
                self._files[piece.root, piece.path] = piece
        self._order: list[File] = []
        self._stamps: dict[File, Stamp] = {}
        self._now: dict[File, list[KeptPiece]] = {}
        """Of each file that the walk came to, the pieces that it has tonight."""

        self._in_blocks: dict[File, bool] = {}
        """The files that are read in blocks tonight, and whether every block can be known again."""

        self._digests: dict[Piece, bytes] = {}
        self._noted: list[Unreadable] = []
        self._first_row = self._saved_rows = state.shelf.rows
        self._heads = Heads()
        self._examples: dict[int, Example] = {}
        self._stems = Stems()
        self._stems.add(state.shelf.stems())
        self._fresh: list[KeptPiece] = []
        self._gone: list[KeptPiece] = []
        self._forgotten: set[int] = set()
        """The numbers of pieces that were among the gone at any time; the state may give them to others."""

        self._replaced: list[KeptPiece] = []
        self._amid = False

    def _sifted(self, root: str, folder: str, names: list[str], fd: int) -> list[str]:
        """The files that are new, changed or in doubt."""
        prefix, wanted = f"{folder}/" if folder else "", []
        for name in names:
            file = root, prefix + name
            self._order.append(file)
            try:
                stamp = stamp_of(os.stat(name, dir_fd=fd, follow_symlinks=False))
            except OSError:  # whoever opens it finds out why
                wanted.append(name)
                continue
            kept = self._files.get(file)
            if kept and kept.settled and kept.stamp == stamp:
                blocks = self._blocks.get(file)
                self._now[file] = [kept, *blocks.values()] if blocks else [kept]
            else:
                self._stamps[file] = stamp
                wanted.append(name)
        return wanted

    def to_read(self, batch: Batch) -> Batch | None:
        """What of a batch is not known to be the same."""
        if isinstance(batch, FileBatch):
            known = {}
            for folder, names in batch.folders:
                for name in names:
                    path = f"{folder}/{name}" if folder else name
                    kept = self._files.get((batch.root, path))
                    if kept and kept.digest:
                        known[path] = kept.digest
            return replace(batch, known=known)
        piece, found = batch.piece, digest(batch.data)
        file = piece.root, piece.path
        self._in_blocks.setdefault(file, True)
        kept = self._blocks.get(file, {}).get(piece.first_line)
        if kept and kept.digest == found:
            self._now.setdefault(file, []).append(kept)
            return None
        self._digests[piece] = found
        return batch

    def note(self, unreadable: Unreadable) -> None:
        """Take note of what the walk could not read."""
        self._noted.append(unreadable)

    def keep(self, part: Prepared) -> None:
        """Take over what was read: words go to the shelf, pieces are noted."""
        self._amid = True
        row, bad = self._first_row + len(self._heads), iter(part.unreadable)
        first_examples(self._examples, part.examples, row)
        with writing(self._state.path):
            for bodies in part.bodies:
                self._state.shelf.append(bodies.words, bodies.spans)
            for entries in part.stems:
                new = entries[self._stems.of((entries >> np.uint64(32)).astype(np.uint32)) == 0]
                self._stems.add(new)
                self._state.shelf.append_stems(new)
        self._heads.extend(part.heads)
        pieces = part.pieces
        for piece, found, articles, count in zip(
            pieces.pieces, pieces.digests, pieces.articles, pieces.unreadable, strict=True
        ):
            self._keep_piece(piece, found, row, articles, [next(bad) for _ in range(count)])
            row += articles
        self._amid = False
        self._checkpoint()

    def _keep_piece(self, piece: Piece, found: bytes, row: int, articles: int, bad: list[Unreadable]) -> None:
        file = piece.root, piece.path
        now = self._now.setdefault(file, [])
        if piece.first_line:
            found = self._digests.pop(piece, b"")  # none of a half, as which a block is tried again when it kills
            self._in_blocks[file] = self._in_blocks.get(file, True) and bool(found)
            known = self._blocks.get(file, {}).get(piece.first_line)
        else:
            known = self._files.get(file)
        stamp = None if piece.first_line else self._stamps.get(file)
        settled = stamp is not None and self._is_settled(stamp)
        if known and found and known.digest == found:  # it was only touched
            known.stamp, known.settled = stamp, settled
            now.append(known)
            self._fresh.append(known)
            return
        if bad and (articles == 0 or any(one.path == shown_path(piece.path) for one in bad)):
            found, settled = b"", False  # it may be readable tomorrow
        kept = KeptPiece(*piece, stamp, settled, found, row, articles, bad)
        now.append(kept)
        self._fresh.append(kept)
        if known:
            self._forget(known)

    def _forget(self, piece: KeptPiece) -> None:
        if piece.number not in self._forgotten:
            self._forgotten.add(piece.number)
            self._gone.append(piece)
            self._replaced.append(piece)

    def _is_settled(self, stamp: Stamp) -> bool:
        return max(stamp.modified_ns, stamp.changed_ns) < self._settled_before

    def held(self) -> Held:
        """All articles, those of the state and those that were read, in order of the walk."""
        self._close_files_in_blocks()
        pieces = [piece for file in self._order for piece in sorted(self._now.get(file, ()), key=_line)]
        used = {id(piece) for piece in pieces}
        for piece in self._state.pieces:
            if id(piece) not in used:
                self._forget(piece)
        rows = _rows_of(pieces)
        kept = self._state.articles
        places = np.where(
            rows < self._first_row, np.searchsorted(kept.rows, rows), len(kept.rows) + rows - self._first_row
        )
        heads = Heads()
        heads.extend(kept.heads)
        heads.extend(self._heads)
        words, spans = self._words()
        bad = chain(self._noted, *(piece.unreadable for piece in pieces))
        return Held(
            heads.take(places.tolist()), words.take(rows), spans.take(rows), self._stems,
            list(self._examples_among(rows)), [Piece(one.root, one.path, one.first_line) for one in pieces],
            [one.articles for one in pieces], list(bad), rows,
        )  # fmt: skip

    def _words(self) -> tuple[Words, Spans]:
        """All that is on the shelf; what waited to be written is written."""
        with writing(self._state.path):
            return self._state.shelf.words()

    def _close_files_in_blocks(self) -> None:
        """Note of files that were read in blocks whether they need be opened again."""
        noted = {one.path for one in self._noted} | {one.path.rpartition(":")[0] for one in self._noted}
        for file, whole in self._in_blocks.items():
            stamp = self._stamps.get(file)
            sure = whole and shown_path(file[1]) not in noted
            settled = sure and stamp is not None and self._is_settled(stamp)
            known = self._files.get(file)
            if known:
                self._forget(known)
            kept = KeptPiece(*file, 0, stamp, settled, b"", 0, 0, [])
            self._now.setdefault(file, []).append(kept)
            self._fresh.append(kept)

    def _examples_among(self, rows: I64) -> Iterator[tuple[str, int, str]]:
        """The examples at hand of articles in some rows."""
        held = [(footer, row, text) for footer, (row, text) in self._state.examples.items()]
        held += [(self._names[number], one.article, one.text) for number, one in self._examples.items()]
        order = np.argsort(rows)
        for footer, row, text in held:
            at = int(np.searchsorted(rows, row, sorter=order))
            if at < len(rows) and rows[order[at]] == row:
                yield footer, int(order[at]), text

    def changed(self) -> int:
        """How many articles that the state knows by id and path read otherwise now, once everything was read."""
        kept, heads = self._state.articles, self._heads
        rows = _rows_of(self._replaced)
        before = {}
        for row, at in zip(rows.tolist(), np.searchsorted(kept.rows, rows).tolist(), strict=True):
            before[kept.heads.ids[at], kept.heads.paths[at]] = row, kept.heads.titles[at]
        if not before:
            return 0
        words, _ = self._words()
        changed = 0
        for i, (id_, path, title) in enumerate(zip(heads.ids, heads.paths, heads.titles, strict=True)):
            row, old_title = before.get((id_, path), (-1, None))
            if row >= 0:
                new = self._first_row + i
                changed += title != old_title or not np.array_equal(words.hashes[row], words.hashes[new])
        return changed

    def news(self) -> News | None:
        """What the state does not have yet; None amid the taking over of a batch."""
        if self._amid:
            return None
        saved = self._saved_rows - self._first_row
        heads = self._heads.take(list(range(saved, len(self._heads))))
        return News(self._gone, self._fresh, heads, self._saved_rows)

    def saved(self) -> None:
        """The state has all of that now."""
        self._gone, self._fresh = [], []
        self._saved_rows = self._first_row + len(self._heads)


def _line(piece: KeptPiece) -> int:
    return piece.first_line


def _rows_of(pieces: list[KeptPiece]) -> I64:
    """The rows of the articles of pieces, piece by piece."""
    firsts = np.array([piece.first_row for piece in pieces], np.int64)
    return ranges(firsts, np.array([piece.articles for piece in pieces], np.int64))
