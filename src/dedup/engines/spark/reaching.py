"""Addresses of folders and files, and why Spark does not reach what lies there, as one sentence."""

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from dedup.errors import InputError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?://[^/]*)?")
_REASONS = (
    (
        ("No FileSystem for scheme", "UnsupportedFileSystem", "UNSUPPORTED_FILE_SYSTEM", "ClassNotFoundException"),
        "cannot be scanned: Spark has no connector for {scheme}: here; give one, as with "
        "--spark-conf spark.jars.packages=…, or another address",
    ),
    (
        ("PATH_NOT_FOUND", "FileNotFoundException", "does not exist", "NoSuchBucket"),
        "does not exist; wanted a folder or a file to scan",
    ),
    (
        ("AccessControlException", "AccessDenied", "Permission denied", "Forbidden", "Unauthorized"),
        "cannot be scanned: no permission to read it",
    ),
    (
        ("UnknownHost", "ConnectException", "ConnectTimeout", "SocketTimeout", "NoRouteToHost", "Connection refused"),
        "cannot be scanned: its server cannot be reached",
    ),
    (
        ("NoAuthWithAWS", "CredentialInitialization", "No AWS Credentials", "credentials"),
        "cannot be scanned: Spark has no credentials for it",
    ),
)  # the first that fits


def local_path(named: str) -> str | None:
    """The path on this machine that is named, as such or as ``file:``; None for an address elsewhere."""
    found = _SCHEME.match(named)
    if found is None or Path(named).exists():
        return named
    if found[1].lower() != "file":
        return None
    path = "/" + path_of(named).lstrip("/")
    return path if Path(path).exists() else unquote(path)


def path_of(address: str) -> str:
    """The path in an address, without scheme, server and bucket."""
    path = _AUTHORITY.sub("", address, count=1)
    return "/" + posixpath.normpath("/" + path).lstrip("/")


def below(root: str, path: str) -> str:
    """The path of a file below a root; its name where it is the root. Both are paths of addresses."""
    return posixpath.basename(path) if path == root else path[len(root.rstrip("/")) + 1 :]


@contextmanager
def reaching(address: str) -> Iterator[None]:
    """What Spark says against an address becomes an ``InputError``."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise InputError(f"{address} {_reason(address, str(error))}") from None


def _reason(address: str, said: str) -> str:
    for marks, reason in _REASONS:
        if any(mark in said for mark in marks):
            return reason.format(scheme=address.partition(":")[0])
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = next((line for line in lines if not line.startswith(("An error occurred", "at "))), "for no reason given")
    return f"cannot be scanned: Spark says: {told[:200]}"
