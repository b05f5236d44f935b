"""`to_text` gives the words that botocore shows, or there is a named reason for the difference.

botocore turns a documentation string into reStructuredText, and docutils shows that like the documented page. The words
of both are compared. Each run of words that differs must be explained by one of the rules below; most describe damage
on the way through reStructuredText. A run without an explanation fails. By default a fixed fortieth of the distinct
strings of the installed botocore is compared, with `DOCGEN_FULL=1` all. `pytest -rP` prints the counts.
"""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest
from botocore.docs.bcdoc.restdoc import ReSTDocument
from docutils import nodes
from docutils.core import publish_doctree
from markdown_it import MarkdownIt
from markup_support import documentation, html_words, without_bullets

from docgen.render.markup import tags
from docgen.render.markup.html import to_html, unsanitized_html
from docgen.render.markup.markdown import to_markdown
from docgen.render.markup.text import to_text

SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "line_length_limit": 10**9,
    "raw_enabled": False,
    "report_level": 5,
}
_INVISIBLE = re.compile("[\u200b\u2060]")
"""All invisible characters in botocore's strings; four strings have them. docgen removes them."""

LABELS = {"note": "Note", "warning": "Warning", "danger": "Danger"}
"""The labels of admonitions, which Sphinx and docutils add; docutils would write `!DANGER!`."""


def botocore_words(documentation: str) -> list[str]:
    """Return the words of botocore's page for a string."""
    document = ReSTDocument()
    document.include_doc_string(documentation)
    shown: list[str] = []
    _show(publish_doctree(document.getvalue().decode(), settings_overrides=SETTINGS), shown)
    return without_bullets(_INVISIBLE.sub("", " ".join(shown)).split())


def _show(node: Any, shown: list[str]) -> None:
    if isinstance(node, nodes.comment | nodes.system_message | nodes.substitution_definition):
        return
    if isinstance(node, nodes.TextElement):
        shown.append(node.astext())
        return
    shown.append(LABELS.get(node.tagname, ""))
    for number, child in enumerate(node.children, start=node.get("start", 1) if hasattr(node, "get") else 1):
        if isinstance(node, nodes.enumerated_list):
            shown.append(f"{node['prefix']}{_numeral(node['enumtype'], number)}{node['suffix']}")
        _show(child, shown)


def _numeral(kind: str, number: int) -> str:
    if kind.endswith("alpha"):
        return chr(ord("A" if kind == "upperalpha" else "a") + number - 1)
    if kind.endswith("roman"):  # letter by letter up to 39 is enough: only `i.` and the like start such a list
        numeral = "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
        return numeral if kind == "upperroman" else numeral.lower()
    return str(number)


# Rules. Each looks at one run of words that differs: ours, theirs, and the string that both were made of.

Explains = Callable[[list[str], list[str], str], bool]


class Rule(NamedTuple):
    """A reason why botocore shows other words, and how to recognise it."""

    name: str
    explains: Explains


_MARKS = re.compile(r"<[^<>\s]*>`__|``|\*\*|[*`]")
_TEXT_MARKS = re.compile(r"[*`_|]")
_BACKSLASH = re.compile(r"\\")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def letters_and_tags(string: str) -> str:
    """Return the letters of a string, with a NUL for each tag or comment, and without white space."""
    text = html.unescape(re.sub(r"<!--.*?-->|<\?.*?>|</?[A-Za-z][^<>]*>", "\0", string, flags=re.DOTALL))
    return "".join(text.split())


def breaks(words: list[str]) -> set[int]:
    """Return the ends of the words, counted in letters."""
    at, ends = 0, set()
    for word in words:
        at += len(word)
        ends.add(at)
    return ends


def broken_at_a_tag(ours: list[str], theirs: list[str], string: str, ends: set[int]) -> bool:
    """Return whether both have the same letters, and the string has a tag where the words end differently."""
    letters = "".join(ours)
    if letters != "".join(theirs) or not ends:
        return False
    pattern = "".join(re.escape(letter) + ("\0+" if at in ends else "\0*") for at, letter in enumerate(letters, 1))
    return re.search(pattern, letters_and_tags(string)) is not None


def blank_put_at_a_tag(ours: list[str], theirs: list[str], string: str) -> bool:
    return breaks(ours) < breaks(theirs) and broken_at_a_tag(ours, theirs, string, breaks(theirs) - breaks(ours))


def blank_lost_at_a_tag(ours: list[str], theirs: list[str], string: str) -> bool:
    return breaks(ours) > breaks(theirs) and broken_at_a_tag(ours, theirs, string, breaks(ours) - breaks(theirs))


def without(longer: list[str], shorter: list[str], marks: re.Pattern[str]) -> bool:
    """Return whether the letters agree once some marks, at least one, are removed from the longer text."""
    text, rest, at, left = "".join(longer), "".join(shorter), 0, 0
    while at < len(text):
        if left < len(rest) and text[at] == rest[left]:
            at, left = at + 1, left + 1
        elif found := marks.match(text, at):
            at = found.end()
        else:
            return False
    return left == len(rest) and len(text) > len(rest)


def takes_text_for_marks(ours: list[str], theirs: list[str]) -> bool:
    """Return whether only letters differ that docutils reads as markup, and the text has one of them."""
    mine, other = "".join(ours), "".join(theirs)
    return bool(_TEXT_MARKS.search(mine)) and _TEXT_MARKS.sub("", mine) == _TEXT_MARKS.sub("", other)


def loses_backslashes(ours: list[str], theirs: list[str]) -> bool:
    """Return whether theirs lacks backslashes, and otherwise only differs in markup."""
    bare = [word.replace("\\", "") for word in ours]
    return without(ours, theirs, _BACKSLASH) or (bare != ours and without(theirs, bare, _MARKS))


RULES = (
    Rule("botocore puts a blank before and after code and links, `( x)`", blank_put_at_a_tag),
    Rule("botocore leaves out a blank beside a tag, `one<br/>two`", blank_lost_at_a_tag),
    Rule(
        "marks of reStructuredText show, because a letter is beside them",
        lambda ours, theirs, string: without(theirs, ours, _MARKS) and "<" in string,
    ),
    Rule(
        "an asterisk, backtick, bar or underscore of the text is taken for a mark",
        lambda ours, theirs, string: takes_text_for_marks(ours, theirs),
    ),
    Rule("a backslash is lost", lambda ours, theirs, string: loses_backslashes(ours, theirs)),
    Rule("a placeholder is lost", lambda ours, theirs, string: without(ours, theirs, _TAG)),
    Rule(
        "a dash that opens a paragraph is taken for a bullet",
        lambda ours, theirs, string: ours == ["-"] and not theirs and bool(re.search(r"(^|>|\n)\s*- ", string)),
    ),
)


def reasons(ours: list[str], theirs: list[str], string: str) -> list[str]:
    r"""Return the rules that explain each run that differs; "" if there is none.

    The difference between two lists is ambiguous. If a short run has no explanation, everything that differs counts as
    one run: the words `\a (\\a)` and `a (\a)` share the wrong `\a`.
    """
    differing = [
        (a, b, c, d)
        for what, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    named = [reason(ours[a:b], theirs[c:d], string) for a, b, c, d in differing]
    if "" in named:
        start, _, begin, _ = differing[0]
        _, end, _, stop = differing[-1]
        named = [reason(ours[start:end], theirs[begin:stop], string)]
    return named


def reason(ours: list[str], theirs: list[str], string: str) -> str:
    """Return the first rule that explains a run, or ""."""
    return next((rule.name for rule in RULES if rule.explains(ours, theirs, string)), "")


@pytest.mark.slow
def test_every_word_is_botocores_or_its_absence_has_a_reason() -> None:
    counts: Counter[str] = Counter()
    strings_with: Counter[str] = Counter()
    seconds = {"ours": 0.0, "theirs": 0.0}
    unexplained = []
    for string in documentation():
        started = time.process_time()
        ours = without_bullets(to_text(string).split())
        between = time.process_time()
        theirs = botocore_words(string)
        seconds["ours"] += between - started
        seconds["theirs"] += time.process_time() - between
        if ours == theirs:
            counts["equal"] += 1
            continue
        named = reasons(ours, theirs, string)
        counts.update(named)
        strings_with.update(set(named))
        if "" in named:
            unexplained.append((string, " ".join(ours), " ".join(theirs)))
    print(f"{len(documentation())} strings, {counts.pop('equal')} equal; CPU seconds {seconds}")
    for name, count in counts.most_common():
        print(f"{count:7} places in {strings_with[name]:5} strings: {name or 'UNEXPLAINED'}")
    assert not unexplained


def test_markdown_says_the_same_words_as_html() -> None:
    commonmark = MarkdownIt("commonmark", {"html": False})
    different = [
        string
        for string in documentation()
        if html_words(commonmark.render(to_markdown(string))) != html_words(to_html(string))
    ]
    assert not different


def test_the_last_wall_changes_nothing() -> None:
    assert not [string for string in documentation() if to_html(string) != unsanitized_html(string)]


def test_text_says_the_same_words_as_html() -> None:
    assert not [
        string
        for string in documentation()
        if without_bullets(to_text(string).split()) != without_bullets(html_words(to_html(string)))
    ]


class Pieces(HTMLParser):
    """Tags and text as the standard library parses them."""

    def __init__(self, string: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = [""]
        self.feed(string)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = next((value for name, value in attrs if name == "href"), None) if tag == "a" else None
        self.seen += [f"<{tag}>" if address is None else f"<{tag} {address}>", ""]

    def handle_endtag(self, tag: str) -> None:
        self.seen += [f"</{tag}>", ""]

    def handle_data(self, data: str) -> None:
        self.seen[-1] += data


def our_pieces(string: str) -> list[str]:
    """Return tags and text as `docgen.render.markup.tags` parses them, written like those of `Pieces`."""
    seen = []
    for at, piece in enumerate(tags.tokenize(string)):
        if at % 2 == 0:
            seen.append(tags.decode_references(piece))
            continue
        name = piece.strip("</>").split()[0].lower()
        address = tags.href_attribute(piece) if name == "a" else None
        closing = "/" if piece[1] == "/" else ""
        seen.append(f"<{closing}{name}>" if address is None else f"<{name} {address}>")
        if piece.endswith("/>"):
            seen += ["", f"</{name}>"]
    return seen


def test_our_tokenizer_sees_what_the_standard_library_sees() -> None:
    assert not [
        string
        for string in documentation()
        if our_pieces(string) != [_INVISIBLE.sub("", piece) for piece in Pieces(string).seen]
    ]
