"""Navigation by its form: many short lines in a row are a menu, a list of links or of tags, and no story.

Most of a page's template is such lines, and they are told from prose without having been seen before (compare
Kohlschütter, Fankhauser, Nejdl 2010, doi:10.1145/1718487.1718542, who find text density the best single mark).
"""

import numpy as np

from dedup.columns import I64, U32, I32Rows, column
from dedup.footers.spans import Spans
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.text.words import Words


def navigation(words: Words, footer: int, settings: Settings) -> Spans:
    """The runs of short lines of each article, as spans of the given footer.

    ``max_line_words``, ``min_lines`` and ``min_prose_words`` count here: an article that would have less than so many
    words left is a list, a table or a poem, and keeps its lines. O(blocks).
    """
    rows, bounds = np.empty((len(words.blocks.values), 3), np.int32), np.zeros(len(words) + 1, np.int64)
    _navigation(
        words.blocks.values, words.blocks.starts, words.blocks.stops, words.hashes.lengths, settings.max_line_words,
        settings.min_lines, settings.min_prose_words, footer, rows, bounds,
    )  # fmt: skip
    return column(rows[: bounds[-1]].copy(), bounds)


@kernel
def _navigation(
    blocks: U32, starts: I64, stops: I64, lengths: I64, most: int, fewest: int, prose: int, footer: int,
    rows: I32Rows, bounds: I64,
) -> None:  # fmt: skip
    """Write a row for each run of ``fewest`` blocks or more of at most ``most`` words each.

    An article of which less than ``prose`` words would be left has no rows.
    """
    count = 0
    for a in range(len(starts)):
        begun, left, block = count, lengths[a], starts[a]
        while block < stops[a]:
            first, lines = np.int64(blocks[block]), 0
            stop = first
            while block < stops[a]:
                end = np.int64(blocks[block + 1]) if block + 1 < stops[a] else lengths[a]
                if end - stop > most:
                    break
                stop, lines, block = end, lines + 1, block + 1
            if lines >= fewest:
                rows[count, 0], rows[count, 1], rows[count, 2] = footer, first, stop
                left -= stop - first
                count += 1
            if lines == 0:
                block += 1
        if left < prose:
            count = begun
        bounds[a + 1] = count
