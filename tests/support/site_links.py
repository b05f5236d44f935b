"""Reads a built site as a browser would: finds links that lead nowhere, and what a page must not contain.

Each page is first read by itself: its ids, its links, and errors that do not depend on other pages. Then links are
looked up among the files and ids that were found. Shares no code with docgen.
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
class PageContent:
    """What was read from one file: ids, targets of links as (file, fragment), the number of links, and errors."""

    path: str
    ids: set[str] = field(default_factory=set)
    places: set[tuple[str, str]] = field(default_factory=set)
    links: int = 0
    wrong: list[str] = field(default_factory=list)

    def link(self, href: str) -> None:
        """Record a link inside the site, even if its target is missing."""
        self.links += 1
        address = urlsplit(href)
        path = normpath(join(dirname(self.path), unquote(address.path))) if address.path else self.path
        if address.path.startswith("/") or path.startswith(".."):
            self.wrong.append(f"{href} leads out of the site")
        else:
            self.places.add((path + "/" * address.path.endswith("/"), unquote(address.fragment)))


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The numbers of pages, Markdown twins and links, the sizes of pages in bytes, and a line for each error."""

    pages: int
    twins: int
    links: int
    sizes: list[int]
    wrong: list[str]

    def size(self, share: float) -> int:
        """Return the size that this share of pages does not exceed."""
        return self.sizes[min(int(len(self.sizes) * share), len(self.sizes) - 1)]

    def __str__(self) -> str:
        """Return one line of figures."""
        sizes = f"median {self.size(0.5):,}, 95 % {self.size(0.95):,}, largest {self.size(1):,} bytes"
        return f"{self.pages:,} pages ({sizes}), {self.twins:,} twins, {self.links:,} links, {len(self.wrong):,} wrong"


def check_site(
    site: Path, *, standalone: bool = False, url: str = "", workers: int = 1, largest_twin: int = 1_000_000
) -> LinkReport:
    """Read every page and every Markdown twin in a folder.

    With `standalone`, pages include their style sheet, as `404.html` always does; its links begin with the path of
    `url`. A twin of more than `largest_twin` bytes is skipped: its page has the same links, and reading Markdown is
    slow.
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
    return LinkReport(len(pages), len(twins), sum(each.links for each in found), sizes, wrong)


def _lost(read: PageContent, files: dict[str, int], ids: dict[str, set[str]]) -> Iterator[str]:
    """Yield the links of a page that lead to no file or to no id. Fragments that lead to twins are not checked."""
    for path, fragment in sorted(read.places):
        if path.endswith("/") or not path:
            yield f"{path} is a folder"
        elif path not in files:
            yield f"{path} is no file"
        elif fragment and path.endswith(".html") and fragment not in ids[path]:
            yield f"{path} has no #{fragment}"


def _read(site: Path, standalone: bool, url: str, path: str) -> PageContent:
    text = (site / path).read_text(encoding="utf-8")
    if PurePosixPath(path).suffix == ".html":
        parser = _Page(path, standalone, url)
        parser.feed(text)
        parser.close()
        return parser.finish()
    read = PageContent(path)
    for token in MarkdownIt("commonmark").parse(text):
        for each in token.children or ():
            if each.type == "html_inline":
                read.wrong.append(f"HTML: {each.content[:80]}")
            elif each.type in ("link_open", "image"):
                _follow(read, str(each.attrGet("href") or each.attrGet("src") or ""), outside=each.type == "link_open")
        if token.type == "html_block":
            read.wrong.append(f"HTML: {token.content[:80]}")
    return read


def _follow(read: PageContent, href: str, *, outside: bool) -> None:
    """Record a link; `outside` says whether it may lead to another site."""
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
        self.read = PageContent(path)
        self._standalone = standalone or path == "404.html"
        self._root = (urlsplit(url).path or "/") if path == "404.html" else ""
        self._policy = ""
        self._script = False

    def finish(self) -> PageContent:
        """Return what was read from the whole page."""
        if not self._policy:
            self.read.wrong.append("no policy")
        return self.read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._know(values)
        if tag in ("style", "object", "embed", "form") and not (tag == "style" and self._standalone):
            self.read.wrong.append(f"<{tag}>")
        if (tag == "iframe" and not urlsplit(values.get("src", "")).path.endswith("nav.html")) or (
            tag == "base" and "href" in values
        ):
            self.read.wrong.append(f"<{tag}>")  # the only frame allowed is the left pane
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
        if self._root:
            values = {
                name: value.removeprefix(self._root) if name in LOADS else value for name, value in values.items()
            }
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
        """Record the id of an element, and report attributes that no page may have."""
        if "id" in values:
            if values["id"] in self.read.ids or not values["id"]:
                self.read.wrong.append(f"two of id {values['id']!r}")
            self.read.ids.add(values["id"])
        for name in values:
            if name == "style" or name.startswith("on"):
                self.read.wrong.append(f"attribute {name}")
