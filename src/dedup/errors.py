"""Every error that a caller can catch and a user can mend.

DedupError
├── SettingsError        a setting is out of range, unknown, or of the wrong type (also a ValueError)
├── InputError           a path to scan is missing or is nothing that can be scanned
├── OutputError          the report cannot be written where it was asked for
├── MissingExtraError    the input needs an optional package that is not installed
├── ContractError        signatures that were made in different ways were about to be compared
├── ReportError          a file is not a report that this version reads
├── StateError           a state is damaged, made otherwise, or cannot be written
└── GoldError            a table of labels is missing or not what is wanted

A ``ValueError`` that is no ``DedupError`` means a bug in the calling code. Each error holds one message and
nothing else, so that it survives the way back from a worker process.
"""


class DedupError(Exception):
    """Something went wrong that the user can mend; the message says what was found and what to do."""


class SettingsError(DedupError, ValueError):
    """A setting is out of range, unknown, or of the wrong type."""


class InputError(DedupError):
    """A path to scan is missing, or is nothing that can be scanned."""


class OutputError(DedupError):
    """The report cannot be written where it was asked for."""


class MissingExtraError(DedupError):
    """The input needs an optional package that is not installed."""


class ContractError(DedupError):
    """Signatures that were made in different ways were about to be compared."""


class ReportError(DedupError):
    """A file is not a report that this version reads."""


class StateError(DedupError):
    """A state is damaged, was made with other settings or another version, or cannot be read or written."""


class GoldError(DedupError):
    """A table of labels is missing or not what is wanted."""
