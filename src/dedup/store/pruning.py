"""What is forgotten of a state when it is pruned: old runs, and the words of articles that are gone.

What the next run needs stays: the last run, the clusters it left, every article that is there, and when each was
seen first. So its report is the same but for ``first_seen`` of articles that come back after they were forgotten.
"""

import sqlite3

from dedup.store.history import forget_before
from dedup.store.shelf import Shelf
from dedup.store.state import compact, write_shelf


def forget(opened: sqlite3.Connection, shelf: Shelf, run: int) -> Shelf:
    """Forget all runs before one; the shelf of the state from now on, without any word of what is gone.

    The database is made as small as it can be, which needs as much room again for a while.

    Args:
        opened: the database, to be written, with a transaction begun; another one is begun at the end.
        shelf: its shelf, known to be sound; its files stay as they are.
        run: the number of the first run that is wanted, the last one at most.
    """
    forget_before(opened, run)
    opened.execute("DELETE FROM examples WHERE row NOT IN (SELECT row FROM articles)")  # of a run that was killed
    fresh = compact(opened, shelf, force=True) or shelf
    write_shelf(opened, fresh)
    opened.execute("COMMIT")
    opened.execute("VACUUM")
    opened.execute("BEGIN")
    return fresh
