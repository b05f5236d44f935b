"""Which links are kept, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

Resolve = Callable[[str], str | None]
"""The name of an operation → the address of its page, or None."""

# Letters that RFC 3986 allows, and nothing else: all 28,600 absolute links of botocore 1.12.83 and 1.44.5 pass.
_PATH = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*"
_LABEL = r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WEB = re.compile(rf"https?://(?:{_LABEL}\.){{0,9}}(?=[a-z]){_LABEL}(?::[0-9]{{1,4}})?(?:[/?#]{_PATH})?", re.I)
_HASHES = re.compile("##+")
_MAIL = re.compile(rf"mailto:[a-z0-9._+-]{{1,64}}@(?:{_LABEL}\.){{1,9}}(?=[a-z]){_LABEL}", re.I)
_OURS = re.compile(r"(?!//)[A-Za-z0-9._~/#?=&%+@!$'()*,;-][A-Za-z0-9._~/#?=&%+:@!$'()*,;-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST = 2000


def checked(href: str) -> str:
    """Return an address of the input if it is a plain `http`, `https` or `mailto` one, else "".

    Odd ones are refused rather than mended: user names, international host names, any letter that needs quoting.
    Relative ones lead nowhere from here.
    """
    href = href.strip()
    if len(href) > _LONGEST:
        return ""
    if _MAIL.fullmatch(href):
        return href
    href = _HASHES.sub("#", href)  # a slip that is in some models
    if not _WEB.fullmatch(href) or href.count("#") > 1:
        return ""
    try:
        host = urlsplit(href).hostname
    except ValueError:
        return ""
    return href if host else ""


def resolved(resolve: Resolve | None, name: str | None) -> str:
    """Return the address of an operation's page, relative or not, or ""; `resolve` is not trusted either."""
    if resolve is None or name is None:
        return ""
    href = resolve(name) or ""
    if _OURS.fullmatch(href) and not _SCHEME.match(href):
        return href
    return checked(href)
