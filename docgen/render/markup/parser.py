"""Tags and text → fragment: well-formed, validly nested, of bounded depth, in linear time.

Two things are kept while reading: the stack of open blocks, and the mark that the next text gets. Text opens a
paragraph where there is none, so no block is ever inside a paragraph. An end tag closes up to the nearest block of
its name and is ignored if there is none. Whatever a block or a paragraph left open ends with it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from docgen.render.markup import tags
from docgen.render.markup.links import checked
from docgen.render.markup.tags import Tag
from docgen.render.markup.tree import LINE_BREAK, PLAIN, Block, Link, Mark, Run

_DEEPEST = 48
"""Blocks inside each other; the deepest string of botocore has 10. Deeper ones are flattened."""

_PARTS = {"ul": ("li",), "ol": ("li",), "dl": ("dd", "dt"), "table": ("tr",), "tr": ("td", "th")}
"""The blocks that may stand directly in a block; the first is put around what may not."""

_HOME = {"li": "ul", "dt": "dl", "dd": "dl", "td": "tr", "th": "tr", "tr": "table"}
"""The block that is opened for a part that stands outside of one."""

_KIN = {"ol": "ul", "dd": "dt", "th": "td"}
"""An end tag of one closes the other."""

_BETWEEN = "\n"
"""Stands for white space outside of all marks, while the runs of a paragraph are put together."""

_NEW_LINE = frozenset(["paragraph", "heading", "block", "container", "part", "line"])


class _Open:
    """A block that is being read."""

    __slots__ = ("before", "before_paragraph", "blocks", "implied", "name")

    def __init__(self, name: str, before: Mark, implied: bool = False) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.before = before  # the mark to go back to when the block ends
        self.before_paragraph: Mark | None = None  # and when the `p` ends that is open here
        self.implied = implied


@lru_cache(maxsize=2048)
def parse(documentation: str) -> tuple[Block, ...]:
    """Return the fragment of a documentation string. Every string has one."""
    return _Reader(tags.pieces(documentation)).read()


class _Reader:
    """The state of reading one string; the methods without underscore are the acts of `tags.Tag`."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._open = [_Open("", PLAIN)]
        self._flattened: dict[str, int] = {}
        self._runs: list[Run] = []
        self._mark = PLAIN
        self._serial = 0
        self._last_ends: dict[str, int] | None = None

    def read(self) -> tuple[Block, ...]:
        pieces, at = self._pieces, 1
        self._say(pieces[0])
        while at < len(pieces):
            tag = self._tag(at)
            if tag is None:
                self._say(pieces[at])
            else:
                at = getattr(self, tag.act)(tag, at) or at
            at += 1
            self._say(pieces[at])
            at += 1
        self._end_paragraph()
        while len(self._open) > 1:
            self._pop()
        return tuple(self._open[0].blocks)

    def _tag(self, at: int) -> Tag | None:
        """Return the tag at an index, or None for a placeholder."""
        tag = tags.tag(self._pieces[at])
        if tag is not None and tag.needs_end and at > self._last_end(tag.name):
            return None
        return tag

    def _last_end(self, name: str) -> int:
        if self._last_ends is None:
            self._last_ends = {}
            for at in range(1, len(self._pieces), 2):
                if self._pieces[at][1] == "/" and (tag := tags.tag(self._pieces[at])):
                    self._last_ends[tag.name] = at
        return self._last_ends.get(name, -1)

    def _next_end(self, name: str, at: int) -> int:
        """Return the index of the next end tag of a name; `_tag` made sure that there is one."""
        while True:
            at += 2
            if self._pieces[at][1] == "/" and (tag := tags.tag(self._pieces[at])) and tag.name == name:
                return at

    # Text

    def _say(self, text: str) -> None:
        if "&" in text:
            text = tags.decoded(text)
        if not self._runs:
            if not text or text.isspace():
                return
            self._leave_implied()
        if text:
            self._runs.append(Run(text, self._mark))

    def _end_paragraph(self) -> None:
        if self._runs:
            if runs := _collapsed(self._runs):
                self._open[-1].blocks.append(Block("p", runs=runs))
            self._runs = []

    def line(self, tag: Tag, at: int) -> None:
        if self._runs:
            self._runs.append(LINE_BREAK)

    # Blocks

    def paragraph(self, tag: Tag, at: int) -> None:
        self._end_paragraph()
        here = self._open[-1]
        if here.before_paragraph is not None:
            self._mark, here.before_paragraph = here.before_paragraph, None
        if not tag.closes:
            here.before_paragraph = self._mark

    def heading(self, tag: Tag, at: int) -> None:
        self.paragraph(tag, at)
        if not tag.closes:
            self._mark = self._mark._replace(strong=True)

    def block(self, tag: Tag, at: int) -> None:
        self._end_paragraph()

    def container(self, tag: Tag, at: int) -> None:
        self._end_paragraph()
        if not tag.opens:
            self._end(tag.what)
        elif not tag.closes:
            self._leave_implied()
            self._push(tag.what)

    def part(self, tag: Tag, at: int) -> None:
        self._end_paragraph()
        if not tag.opens:
            self._end(tag.what)
        elif not tag.closes:
            self._go_home(tag.what)
            self._push(tag.what)

    def pre(self, tag: Tag, at: int) -> int:
        self._end_paragraph()
        if not tag.needs_end:
            return at
        self._leave_implied()
        end = self._next_end(tag.name, at)
        text = "".join(self._raw(inside) for inside in range(at + 1, end))
        lines = [line.replace("\xa0", " ").rstrip() for line in text.splitlines()]
        if kept := "\n".join(lines).strip("\n"):
            self._open[-1].blocks.append(Block("pre", text=kept))
        return end

    def _raw(self, at: int) -> str:
        """Return what a piece inside `pre` shows."""
        if at % 2 == 0:
            return tags.decoded(self._pieces[at])
        tag = self._tag(at)
        if tag is None:
            return tags.decoded(self._pieces[at])
        return "\n" if tag.act in _NEW_LINE else ""

    def drop(self, tag: Tag, at: int) -> int:
        return self._next_end(tag.name, at) if tag.needs_end else at

    def _push(self, name: str, implied: bool = False) -> None:
        if len(self._open) > _DEEPEST:
            self._flattened[name] = self._flattened.get(name, 0) + 1
        else:
            self._open.append(_Open(name, self._mark, implied))

    def _pop(self) -> None:
        done = self._open.pop()
        self._mark = done.before
        blocks = _adopted(done.name, done.blocks)
        if done.name == "tr" and not any(cell.blocks for cell in blocks):
            return
        if blocks or done.name in ("td", "th"):
            self._open[-1].blocks.append(Block(done.name, blocks))

    def _end(self, name: str) -> None:
        """Close the nearest open block of a name, with all that is in it."""
        if self._flattened.get(name):
            self._flattened[name] -= 1
            return
        kin = _KIN.get(name, name)
        for depth in range(len(self._open) - 1, 0, -1):
            if _KIN.get(self._open[depth].name, self._open[depth].name) == kin:
                while len(self._open) > depth:
                    self._pop()
                return

    def _leave_implied(self) -> None:
        """End blocks that were opened for the sake of a part, now that something else follows it."""
        while self._open[-1].implied:
            self._pop()

    def _go_home(self, part: str) -> None:
        """Close and open blocks until a part may stand here: in the nearest list or table if that takes it."""
        depth = len(self._open) - 1
        while self._open[depth].name in _HOME and part not in _PARTS.get(self._open[depth].name, ()):
            depth -= 1
        name = self._open[depth].name
        if part in _PARTS.get(name, ()) or _HOME[part] in _PARTS.get(name, ()):
            while len(self._open) - 1 > depth:
                self._pop()
        if part not in _PARTS.get(self._open[-1].name, ()):
            home = _HOME[part]
            if home in _HOME and home not in _PARTS.get(self._open[-1].name, ()):
                self._push(_HOME[home], implied=True)
            self._push(home, implied=True)

    # Marks. Inside `code` only links count, as in botocore: `<code>a<i>b</i></code>` is one piece of code.

    def strong(self, tag: Tag, at: int) -> None:
        if not self._mark.code:
            self._mark = self._mark._replace(strong=not tag.closes)

    def em(self, tag: Tag, at: int) -> None:
        if not self._mark.code:
            self._mark = self._mark._replace(em=not tag.closes)

    def shift(self, tag: Tag, at: int) -> None:
        if not self._mark.code:
            self._mark = self._mark._replace(shift="" if tag.closes else tag.what)

    def code(self, tag: Tag, at: int) -> None:
        link, strong, em, shift, code = self._mark
        if tag.closes:
            code = 0
        elif not code:
            self._serial += 1
            code = self._serial
        self._mark = Mark(link, strong, em, shift, code)

    def link(self, tag: Tag, at: int) -> None:
        _, strong, em, shift, code = self._mark
        link, kept = None, ""
        if tag.opens:
            address = tags.href(self._pieces[at])
            kept = checked(address) if address is not None else ""
            if kept or address is None:
                self._serial += 1
                link = Link(kept, self._serial)
        self._mark = Mark(link, strong, em, shift, code)
        if kept and (tag.closes or self._is_empty(at)):
            self._say(kept)  # a link without text shows its address
        if tag.closes:
            self._mark = Mark(None, strong, em, shift, code)

    def _is_empty(self, at: int) -> bool:
        """Tell whether the element that starts here ends at once."""
        following = self._pieces[at + 1 : at + 3]
        return len(following) == 2 and not following[0].strip() and following[1].lower() == "</a>"

    def nothing(self, tag: Tag, at: int) -> None:
        """A tag that says nothing about its text."""


def _adopted(name: str, blocks: list[Block]) -> tuple[Block, ...]:
    """Return the blocks of a list or table; one that may not stand there joins the part before it."""
    allowed = _PARTS.get(name)
    if allowed is None or all(block.name in allowed for block in blocks):
        return tuple(blocks)
    parts: list[tuple[str, list[Block]]] = []
    for block in blocks:
        if block.name in allowed:
            parts.append((block.name, list(block.blocks)))
            continue
        if not parts:
            parts.append((allowed[0], []))
        parts[-1][1].append(Block("td", (block,)) if name == "table" else block)
    return tuple(Block(part, tuple(inside)) for part, inside in parts)


def _collapsed(runs: list[Run]) -> tuple[Run, ...]:
    """Return the runs of a paragraph with one blank between words, put where no marked stretch ends in it."""
    if len(runs) == 1:
        text = " ".join(runs[0].text.split())
        return (Run(text, runs[0].mark),) if text else ()
    kept: list[Run] = []
    blank = loose = False
    for mark, group in groupby(_without_blank_runs(runs), itemgetter(1)):
        if mark == LINE_BREAK.mark:
            if kept and kept[-1] is not LINE_BREAK:
                kept.append(LINE_BREAK)
            blank = False
            continue
        pieces = [run.text for run in group]
        text = "".join(pieces)
        words = " ".join(text.split())
        blank = text[0].isspace() or (blank and not (loose and words[0] in ".,;:!?)"))
        if blank and kept and kept[-1] is not LINE_BREAK:
            words = _spaced(kept, words, mark)
        kept.append(Run(words, mark))
        blank = text[-1].isspace()
        # Inside a link or code such a blank is an oversight: `<code>x </code>.` is shown as "x.", as in botocore.
        loose = mark != PLAIN and pieces[-1] != _BETWEEN
    if kept and kept[-1] is LINE_BREAK:
        kept.pop()
    return tuple(kept)


def _without_blank_runs(runs: list[Run]) -> list[Run]:
    """Return the runs from the first word on; what is only white space takes the mark of what is before it."""
    kept: list[Run] = []
    for run in runs:
        if run is LINE_BREAK or not run.text.isspace():
            kept.append(run)
        elif kept and kept[-1] is not LINE_BREAK:
            kept.append(Run(_BETWEEN if run.mark == PLAIN else " ", kept[-1].mark))
    return kept


def _spaced(kept: list[Run], words: str, mark: Mark) -> str:
    """Put one blank between the last run and the words that follow, under the marks that both share."""
    last = kept[-1]
    shared = _shared(last.mark, mark)
    if last.mark == shared:
        kept[-1] = Run(last.text + " ", shared)
    elif mark == shared:
        return " " + words
    else:
        kept.append(Run(" ", shared))
    return words


def _shared(one: Mark, other: Mark) -> Mark:
    """Return the marks around both, in the order in which they nest."""
    if one.link != other.link:
        return PLAIN
    if one.strong != other.strong:
        return Mark(one.link)
    if one.em != other.em:
        return Mark(one.link, one.strong)
    return Mark(one.link, one.strong, one.em, one.shift if one.shift == other.shift else "")
