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
from docgen.render.markup.links import safe_url
from docgen.render.markup.tags import HtmlTag
from docgen.render.markup.tree import LINE_BREAK, NO_MARK, Block, Link, Mark, Run

_MAX_BLOCK_DEPTH = 48
"""Blocks inside each other; the deepest string of botocore has 10. Deeper ones are flattened."""

_ALLOWED_CHILDREN = {"ul": ("li",), "ol": ("li",), "dl": ("dd", "dt"), "table": ("tr",), "tr": ("td", "th")}
"""The blocks that a block may contain directly; the first wraps everything else."""

_IMPLIED_PARENTS = {"li": "ul", "dt": "dl", "dd": "dl", "td": "tr", "th": "tr", "tr": "table"}
"""The block that is opened for a part outside of one."""

_EQUIVALENT_END_TAGS = {"ol": "ul", "dd": "dt", "th": "td"}
"""An end tag of one closes the other."""

_UNMARKED_BLANK = "\n"
"""Stands for white space outside of all marks, while the runs of a paragraph are put together."""

_LINE_BREAKING_ACTIONS = frozenset(["paragraph", "heading", "block", "container", "part", "line"])


class _OpenBlock:
    """A block that is being read."""

    __slots__ = ("blocks", "implied", "mark_before_paragraph", "name", "outer_mark")

    def __init__(self, name: str, outer_mark: Mark, implied: bool = False) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.outer_mark = outer_mark  # the mark to go back to when the block ends
        self.mark_before_paragraph: Mark | None = None  # the mark to go back to when the open `p` ends
        self.implied = implied


@lru_cache(maxsize=2048)
def parse_documentation(documentation: str) -> tuple[Block, ...]:
    """Return the fragment of a documentation string. Every string has one."""
    return _FragmentParser(tags.tokenize(documentation)).read()


class _FragmentParser:
    """The state of reading one string; the methods without underscore are the actions of `tags.HtmlTag`."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._open_blocks = [_OpenBlock("", NO_MARK)]
        self._flattened_counts: dict[str, int] = {}
        self._runs: list[Run] = []
        self._mark = NO_MARK
        self._serial = 0
        self._last_end_tags: dict[str, int] | None = None

    def read(self) -> tuple[Block, ...]:
        pieces, index = self._tokens, 1
        self._add_text(pieces[0])
        while index < len(pieces):
            tag = self._tag_at(index)
            if tag is None:
                self._add_text(pieces[index])
            else:
                index = getattr(self, tag.action)(tag, index) or index
            index += 1
            self._add_text(pieces[index])
            index += 1
        self._end_paragraph()
        while len(self._open_blocks) > 1:
            self._pop()
        return tuple(self._open_blocks[0].blocks)

    def _tag_at(self, index: int) -> HtmlTag | None:
        """Return the tag at an index, or None for a placeholder."""
        tag = tags.parse_tag(self._tokens[index])
        if tag is not None and tag.needs_end and index > self._last_end_tag(tag.name):
            return None
        return tag

    def _last_end_tag(self, name: str) -> int:
        if self._last_end_tags is None:
            self._last_end_tags = {}
            for index in range(1, len(self._tokens), 2):
                if self._tokens[index][1] == "/" and (tag := tags.parse_tag(self._tokens[index])):
                    self._last_end_tags[tag.name] = index
        return self._last_end_tags.get(name, -1)

    def _next_end_tag(self, name: str, index: int) -> int:
        """Return the index of the next end tag of a name; `_tag` made sure that there is one."""
        while True:
            index += 2
            if self._tokens[index][1] == "/" and (tag := tags.parse_tag(self._tokens[index])) and tag.name == name:
                return index

    # Text

    def _add_text(self, text: str) -> None:
        if "&" in text:
            text = tags.decode_references(text)
        if not self._runs:
            if not text or text.isspace():
                return
            self._close_implied()
        if text:
            self._runs.append(Run(text, self._mark))

    def _end_paragraph(self) -> None:
        if self._runs:
            if runs := _collapse_whitespace(self._runs):
                self._open_blocks[-1].blocks.append(Block("p", runs=runs))
            self._runs = []

    def line(self, tag: HtmlTag, index: int) -> None:
        if self._runs:
            self._runs.append(LINE_BREAK)

    # Blocks

    def paragraph(self, tag: HtmlTag, index: int) -> None:
        self._end_paragraph()
        block = self._open_blocks[-1]
        if block.mark_before_paragraph is not None:
            self._mark, block.mark_before_paragraph = block.mark_before_paragraph, None
        if not tag.closes:
            block.mark_before_paragraph = self._mark

    def heading(self, tag: HtmlTag, index: int) -> None:
        self.paragraph(tag, index)
        if not tag.closes:
            self._mark = self._mark._replace(strong=True)

    def block(self, tag: HtmlTag, index: int) -> None:
        self._end_paragraph()

    def container(self, tag: HtmlTag, index: int) -> None:
        self._end_paragraph()
        if not tag.opens:
            self._close_nearest(tag.block)
        elif not tag.closes:
            self._close_implied()
            self._push(tag.block)

    def part(self, tag: HtmlTag, index: int) -> None:
        self._end_paragraph()
        if not tag.opens:
            self._close_nearest(tag.block)
        elif not tag.closes:
            self._open_parent_of(tag.block)
            self._push(tag.block)

    def pre(self, tag: HtmlTag, index: int) -> int:
        self._end_paragraph()
        if not tag.needs_end:
            return index
        self._close_implied()
        end = self._next_end_tag(tag.name, index)
        text = "".join(self._preformatted_text(inside) for inside in range(index + 1, end))
        lines = [line.replace("\xa0", " ").rstrip() for line in text.splitlines()]
        if kept := "\n".join(lines).strip("\n"):
            self._open_blocks[-1].blocks.append(Block("pre", text=kept))
        return end

    def _preformatted_text(self, index: int) -> str:
        """Return what a piece inside `pre` shows."""
        if index % 2 == 0:
            return tags.decode_references(self._tokens[index])
        tag = self._tag_at(index)
        if tag is None:
            return tags.decode_references(self._tokens[index])
        return "\n" if tag.action in _LINE_BREAKING_ACTIONS else ""

    def drop(self, tag: HtmlTag, index: int) -> int:
        return self._next_end_tag(tag.name, index) if tag.needs_end else index

    def _push(self, name: str, implied: bool = False) -> None:
        if len(self._open_blocks) > _MAX_BLOCK_DEPTH:
            self._flattened_counts[name] = self._flattened_counts.get(name, 0) + 1
        else:
            self._open_blocks.append(_OpenBlock(name, self._mark, implied))

    def _pop(self) -> None:
        done = self._open_blocks.pop()
        self._mark = done.outer_mark
        blocks = _with_valid_children(done.name, done.blocks)
        if done.name == "tr" and not any(cell.blocks for cell in blocks):
            return
        if blocks or done.name in ("td", "th"):
            self._open_blocks[-1].blocks.append(Block(done.name, blocks))

    def _close_nearest(self, name: str) -> None:
        """Close the nearest open block of a name, with all that is in it."""
        if self._flattened_counts.get(name):
            self._flattened_counts[name] -= 1
            return
        kin = _EQUIVALENT_END_TAGS.get(name, name)
        for depth in range(len(self._open_blocks) - 1, 0, -1):
            if _EQUIVALENT_END_TAGS.get(self._open_blocks[depth].name, self._open_blocks[depth].name) == kin:
                while len(self._open_blocks) > depth:
                    self._pop()
                return

    def _close_implied(self) -> None:
        """End blocks that were opened for the sake of a part, now that something else follows it."""
        while self._open_blocks[-1].implied:
            self._pop()

    def _open_parent_of(self, part: str) -> None:
        """Close and open blocks until a part is allowed: in the nearest list or table if that allows it."""
        depth = len(self._open_blocks) - 1
        while self._open_blocks[depth].name in _IMPLIED_PARENTS and part not in _ALLOWED_CHILDREN.get(
            self._open_blocks[depth].name, ()
        ):
            depth -= 1
        name = self._open_blocks[depth].name
        if part in _ALLOWED_CHILDREN.get(name, ()) or _IMPLIED_PARENTS[part] in _ALLOWED_CHILDREN.get(name, ()):
            while len(self._open_blocks) - 1 > depth:
                self._pop()
        if part not in _ALLOWED_CHILDREN.get(self._open_blocks[-1].name, ()):
            home = _IMPLIED_PARENTS[part]
            if home in _IMPLIED_PARENTS and home not in _ALLOWED_CHILDREN.get(self._open_blocks[-1].name, ()):
                self._push(_IMPLIED_PARENTS[home], implied=True)
            self._push(home, implied=True)

    # Marks. Inside `code` only links count, as in botocore: `<code>a<i>b</i></code>` is one piece of code.

    def strong(self, tag: HtmlTag, index: int) -> None:
        if not self._mark.code:
            self._mark = self._mark._replace(strong=not tag.closes)

    def em(self, tag: HtmlTag, index: int) -> None:
        if not self._mark.code:
            self._mark = self._mark._replace(em=not tag.closes)

    def shift(self, tag: HtmlTag, index: int) -> None:
        if not self._mark.code:
            self._mark = self._mark._replace(shift="" if tag.closes else tag.block)

    def code(self, tag: HtmlTag, index: int) -> None:
        link, strong, em, shift, code = self._mark
        if tag.closes:
            code = 0
        elif not code:
            self._serial += 1
            code = self._serial
        self._mark = Mark(link, strong, em, shift, code)

    def link(self, tag: HtmlTag, index: int) -> None:
        _, strong, em, shift, code = self._mark
        link, kept = None, ""
        if tag.opens:
            address = tags.href_attribute(self._tokens[index])
            kept = safe_url(address) if address is not None else ""
            if kept or address is None:
                self._serial += 1
                link = Link(kept, self._serial)
        self._mark = Mark(link, strong, em, shift, code)
        if kept and (tag.closes or self._is_empty_link(index)):
            self._add_text(kept)  # a link without text shows its address
        if tag.closes:
            self._mark = Mark(None, strong, em, shift, code)

    def _is_empty_link(self, index: int) -> bool:
        """Tell whether the element that starts here ends at once."""
        following = self._tokens[index + 1 : index + 3]
        return len(following) == 2 and not following[0].strip() and following[1].lower() == "</a>"

    def nothing(self, tag: HtmlTag, index: int) -> None:
        """Ignore a tag that says nothing about its text."""


def _with_valid_children(name: str, blocks: list[Block]) -> tuple[Block, ...]:
    """Return the blocks of a list or table; one that is not allowed joins the part before it."""
    allowed = _ALLOWED_CHILDREN.get(name)
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


def _collapse_whitespace(runs: list[Run]) -> tuple[Run, ...]:
    """Return the runs of a paragraph with one blank between words, put where no marked stretch ends in it."""
    if len(runs) == 1:
        text = " ".join(runs[0].text.split())
        return (Run(text, runs[0].mark),) if text else ()
    kept: list[Run] = []
    blank = loose = False
    for mark, group in groupby(_merge_blank_runs(runs), itemgetter(1)):
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
            words = _insert_blank(kept, words, mark)
        kept.append(Run(words, mark))
        blank = text[-1].isspace()
        # Inside a link or code such a blank is an oversight: `<code>x </code>.` is shown as "x.", as in botocore.
        loose = mark != NO_MARK and pieces[-1] != _UNMARKED_BLANK
    if kept and kept[-1] is LINE_BREAK:
        kept.pop()
    return tuple(kept)


def _merge_blank_runs(runs: list[Run]) -> list[Run]:
    """Return the runs from the first word on; what is only white space takes the mark of what is before it."""
    kept: list[Run] = []
    for run in runs:
        if run is LINE_BREAK or not run.text.isspace():
            kept.append(run)
        elif kept and kept[-1] is not LINE_BREAK:
            kept.append(Run(_UNMARKED_BLANK if run.mark == NO_MARK else " ", kept[-1].mark))
    return kept


def _insert_blank(runs: list[Run], words: str, mark: Mark) -> str:
    """Put one blank between the last run and the words that follow, under the marks that both share."""
    last = runs[-1]
    shared = _shared_mark(last.mark, mark)
    if last.mark == shared:
        runs[-1] = Run(last.text + " ", shared)
    elif mark == shared:
        return " " + words
    else:
        runs.append(Run(" ", shared))
    return words


def _shared_mark(one: Mark, other: Mark) -> Mark:
    """Return the marks around both, in the order in which they nest."""
    if one.link != other.link:
        return NO_MARK
    if one.strong != other.strong:
        return Mark(one.link)
    if one.em != other.em:
        return Mark(one.link, one.strong)
    return Mark(one.link, one.strong, one.em, one.shift if one.shift == other.shift else "")
