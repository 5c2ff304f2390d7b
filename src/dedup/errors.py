"""Every error that a caller can catch and a user can mend.

DedupError
├── SettingsError        a setting is out of range, unknown, or of the wrong type (also a ValueError)
├── InputError           a path to scan is missing or is nothing that can be scanned
├── OutputError          the report, or what a scan must put on disk for a while, cannot be written
├── MissingExtraError    the input needs an optional package that is not installed
├── EngineError          Spark cannot be started, or failed
├── ContractError        signatures that were made in different ways were about to be compared
├── ReportError          a file is not a report that this version reads
├── StateError           a state cannot be used: its folder is not writable, or it is not what is wanted
│   └── StateLockedError another run holds the state
└── GoldError            a table of labels is missing or not what is wanted

A ``ValueError`` that is no ``DedupError`` means a bug in the calling code. Each error holds one message and
nothing else, so that it survives the way back from a worker process.

Stopped                  somebody ends the run; nothing went wrong
├── Terminated           by SIGTERM
└── TimeUp               by a limit of time

These are no ``DedupError`` and no ``Exception``, like ``KeyboardInterrupt``, which stands for SIGINT: nobody on the
way may take one for a file that cannot be read. Only the command raises them, in the main thread, between any two
steps of it; who has something to save does so, and lets them pass.
"""


class DedupError(Exception):
    """Something went wrong that the user can mend; the message says what was found and what to do."""


class SettingsError(DedupError, ValueError):
    """A setting is out of range, unknown, or of the wrong type."""


class InputError(DedupError):
    """A path to scan is missing, or is nothing that can be scanned."""


class OutputError(DedupError):
    """The report, or what a scan must put on disk for a while, cannot be written."""


class MissingExtraError(DedupError):
    """The input needs an optional package that is not installed."""


class EngineError(DedupError):
    """Spark cannot be started, or failed."""


class ContractError(DedupError):
    """Signatures that were made in different ways were about to be compared."""


class ReportError(DedupError):
    """A file is not a report that this version reads."""


class GoldError(DedupError):
    """A table of labels is missing or not what is wanted."""


class StateError(DedupError):
    """A state cannot be used: its folder is not writable, or it is not what is wanted."""


class StateLockedError(StateError):
    """Another run holds the state."""


class Stopped(BaseException):
    """Somebody ends the run. Let it pass, as ``KeyboardInterrupt``."""


class Terminated(Stopped):
    """SIGTERM came."""


class TimeUp(Stopped):
    """The time that the run was given is over."""
