"""Web addresses: which are usable, and which host they name."""

from functools import lru_cache
from urllib.parse import urljoin

from dedup.readers.names import printable

_LONGEST = 2048  # characters; browsers and servers take no more


def web_address(text: object, base: str | None = None) -> str | None:
    """``text`` as an absolute http or https address, put together with ``base`` where it is relative."""
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
        return None
    address = printable(text.strip())
    if address[:8].lower().startswith(("http://", "https://")):
        return address
    if address.startswith("//") and "." in address:
        return "https:" + address
    if base and address and ":" not in address.partition("/")[0]:
        try:
            joined = urljoin(base, address)
        except ValueError:
            return None
        return joined if joined.startswith(("http://", "https://")) else None
    return None


def host(url: str | None) -> str | None:
    """The host of an address, in lower case, without ``www.`` and port."""
    if not url:
        return None
    return _host(url[:300])


@lru_cache(maxsize=1)
def _host(url: str) -> str | None:
    scheme, found, rest = url.partition("://")
    if not found:
        if not url.startswith("//"):
            return None
        rest = url[2:]
    elif not scheme.isalnum():
        return None
    name = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    name = name.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    return printable(name) if "." in name or name == "localhost" else None
