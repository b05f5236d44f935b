"""Reads a built site as a reader's browser would follow it: what leads nowhere, and what a page must not hold.

A page is read once, by itself: its ids, its links, and what is wrong whatever the other pages are. Then links are
looked up among the files and ids that were found. Nothing of docgen is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

LOADS = ("src", "srcset", "href", "data", "poster", "action", "formaction", "background", "ping", "manifest")
SCHEMES = ("http", "https", "mailto")
POLICY = ("default-src 'none'", "base-uri 'none'", "form-action 'none'")


@dataclass(slots=True)
class Read:
    """What one file says: its ids, the places that it links to (file, fragment), how many links, what is wrong."""

    path: str
    ids: set[str] = field(default_factory=set)
    places: set[tuple[str, str]] = field(default_factory=set)
    links: int = 0
    wrong: list[str] = field(default_factory=list)

    def link(self, href: str) -> None:
        """Note a link inside the site, wherever it leads."""
        self.links += 1
        address = urlsplit(href)
        path = normpath(join(dirname(self.path), unquote(address.path))) if address.path else self.path
        if address.path.startswith("/") or path.startswith(".."):
            self.wrong.append(f"{href} leads out of the site")
        else:
            self.places.add((path + "/" * address.path.endswith("/"), unquote(address.fragment)))


@dataclass(frozen=True, slots=True)
class Report:
    """How many pages, twins and links there are, the sizes of pages in bytes, and a line for whatever is wrong."""

    pages: int
    twins: int
    links: int
    sizes: list[int]
    wrong: list[str]

    def size(self, share: float) -> int:
        """The size that this share of pages does not pass."""
        return self.sizes[min(int(len(self.sizes) * share), len(self.sizes) - 1)]

    def __str__(self) -> str:
        """One line of figures."""
        sizes = f"median {self.size(0.5):,}, 95 % {self.size(0.95):,}, largest {self.size(1):,} bytes"
        return f"{self.pages:,} pages ({sizes}), {self.twins:,} twins, {self.links:,} links, {len(self.wrong):,} wrong"


def check(
    site: Path, *, standalone: bool = False, url: str = "", workers: int = 1, largest_twin: int = 1_000_000
) -> Report:
    """Read every page and every Markdown twin below a folder.

    `standalone` pages carry their style sheet, as `404.html` always does, which leads to the site by its `url`. A twin
    of more than `largest_twin` bytes is not read: its page has the same links, and reading Markdown is slow.
    """
    files = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    pages = [path for path in files if path.endswith(".html")]
    twins = [path for path in files if path.endswith((".md", "llms.txt")) and files[path] <= largest_twin]
    read = partial(_read, site, standalone, url)
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            found = list(pool.map(read, [*pages, *twins], chunksize=20))
    else:
        found = list(map(read, [*pages, *twins]))
    ids = {each.path: each.ids for each in found}
    wrong = [f"{each.path}: {line}" for each in found for line in (*each.wrong, *_lost(each, files, ids))]
    sizes = sorted(files[path] for path in pages)
    return Report(len(pages), len(twins), sum(each.links for each in found), sizes, wrong)


def _lost(read: Read, files: dict[str, int], ids: dict[str, set[str]]) -> Iterator[str]:
    """The links of a page that lead to no file or to no id; the ids that a twin is linked with are not asked for."""
    for path, fragment in sorted(read.places):
        if path.endswith("/") or not path:
            if read.path != "404.html" or f"{path}index.html" not in files:
                yield f"{path} is a folder"
        elif path not in files:
            yield f"{path} is no file"
        elif fragment and path.endswith(".html") and fragment not in ids[path]:
            yield f"{path} has no #{fragment}"


def _read(site: Path, standalone: bool, url: str, path: str) -> Read:
    text = (site / path).read_text(encoding="utf-8")
    if PurePosixPath(path).suffix == ".html":
        parser = _Page(path, standalone, url)
        parser.feed(text)
        parser.close()
        return parser.finish()
    read = Read(path)
    for token in MarkdownIt("commonmark").parse(text):
        for each in token.children or ():
            if each.type == "html_inline":
                read.wrong.append(f"HTML: {each.content[:80]}")
            elif each.type in ("link_open", "image"):
                _follow(read, str(each.attrGet("href") or each.attrGet("src") or ""), outside=each.type == "link_open")
        if token.type == "html_block":
            read.wrong.append(f"HTML: {token.content[:80]}")
    return read


def _follow(read: Read, href: str, *, outside: bool) -> None:
    """Note a link; `outside` says whether it may lead to another site."""
    try:
        address = urlsplit(href)
    except ValueError:
        read.wrong.append(f"{href!r} is no address")
        return
    if not address.scheme and not address.netloc:
        read.link(href)
    elif not outside:
        read.wrong.append(f"loads {href}")
    elif address.scheme not in SCHEMES:
        read.wrong.append(f"{href} is not of {', '.join(SCHEMES)}")


class _Page(HTMLParser):
    def __init__(self, path: str, standalone: bool, url: str) -> None:
        super().__init__()
        self.read = Read(path)
        self._standalone = standalone or path == "404.html"
        self._url = url if path == "404.html" else ""
        self._policy = ""
        self._script = False

    def finish(self) -> Read:
        """What was read, when all was fed."""
        if not self._policy:
            self.read.wrong.append("no policy")
        return self.read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._know(values)
        if tag in ("style", "iframe", "object", "embed", "base", "form") and not (tag == "style" and self._standalone):
            self.read.wrong.append(f"<{tag}>")
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self._policy = values.get("content", "")
            if any(each not in self._policy for each in POLICY) or "unsafe-" in self._policy:
                self.read.wrong.append(f"policy {self._policy}")
        elif tag in ("script", "link", "style", "body") and not self._policy:
            self.read.wrong.append(f"<{tag}> before the policy")
        if tag == "script":
            self._script = True
            if "src" not in values:
                self.read.wrong.append("script without a file")
        if tag == "a" and self._url and values.get("href", "").startswith(self._url):
            self.read.links += 1
            self.read.places.add((unquote(values.pop("href").removeprefix(self._url)), ""))
        for name in LOADS:
            if name in values and not (tag == "link" and values.get("rel") == "canonical"):
                _follow(self.read, values[name], outside=(tag, name) == ("a", "href"))
        if tag == "a" and "://" in values.get("href", "") and "noopener" not in values.get("rel", "").split():
            self.read.wrong.append(f"{values['href']} without noopener")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.read.wrong.append("script in the page")

    def _know(self, values: dict[str, str]) -> None:
        """Note the element's id, and attributes that no page has."""
        if "id" in values:
            if values["id"] in self.read.ids or not values["id"]:
                self.read.wrong.append(f"two of id {values['id']!r}")
            self.read.ids.add(values["id"])
        for name in values:
            if name == "style" or name.startswith("on"):
                self.read.wrong.append(f"attribute {name}")
