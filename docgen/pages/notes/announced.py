"""Whether the official notes of a release announce a change.

A claim that they do not is made only if it is certain: the notes neither name what changed, in any spelling, nor use a
word of the change's own vocabulary, nor say something so vague that it may be meant. The vocabularies come from reading
official notes next to the breaking changes of their release; `tests/pages/announced_cases.json` has the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from docgen.diff.delta import Kind
from docgen.rules.change import Change

MAX_PATHS = 100
"""Most paths in which names are looked up; some shapes affect many hundred operations."""

_REMOVAL = (
    r"remov\w*|deprecat\w*|no longer|replac\w*|renam\w*|drop\w*|retir\w*|sunset\w*|discontinu\w*|end[- ]of[- ]\w+|"
    r"unsupported|not supported|clean\w*|instead|unused|obsolete|exclud\w*|eliminat\w*|simplif\w*|mov(?:e|ed|es|ing)|"
    r"now requires?|now required|consolidat\w*|refactor\w*|disable\w*|disabling|internal\w*|merg\w*|"
    r"migrat\w*|parity|align\w*|supersede\w*|withdr\w*|hid\w+|"
    r"delet\w* (?:the |an? )?(?:unused |old )?(?:api|operation|member|field|parameter|value|enum|exception)s?"
)
_SIZE = (
    r"lengths?|limit\w*|min|max|minimum|maximum|constrain\w*|pattern\w*|valid\w*|rang\w+|restrict\w*|regex\w*|"
    r"regular expressions?|characters?|sizes?|at most|at least|up to|between|bound\w*|strict\w*|format\w*|digits?|"
    r"non-negative|non-empty|empty|zero|larger|smaller|longer|shorter|quotas?|increase\w*|increasing|decrease\w*|decreasing|reduc\w*|rais\w*|"
    r"lower\w*|expand\w*|definitions?"
)
_REQUIRED = r"requir\w*|mandatory|optional\w*|must|need\w*|nullab\w*|strict\w*|valid\w*|always|default\w*"
_TYPE = (
    r"types?|timestamps?|string\w*|integers?|longs?|numbers?|numeric|structures?|lists?|arrays?|maps?|format\w*|dates?|"
    r"booleans?|objects?|unions?|exactly one|parsed|parsing|\w*serializ\w*"
)
_WIRE = (
    r"urls?|uris?|paths?|https?|headers?|quer(?:y|ies)|wire|json|xml|locations?|locationname|\w*serializ\w*|endpoints?|"
    r"targets?|rout(?:e|es|ing)|format\w*|renam\w*|naming|payloads?|bod(?:y|ies)|inline|casing|case|pars\w+|"
    r"migrat\w*|smithy|protocols?"
)
_NAME = r"renam\w*|naming|names?|called|cas(?:e|ing)|spell\w*|typos?|->|refin\w*|consistent\w*|consistency"
_ERROR = r"exceptions?|errors?|faults?|status codes?"

_VOCABULARIES: tuple[tuple[str, str], ...] = (
    # The first pattern that matches the id of a rule counts.
    (r".*-(?:min|max)-(?:added|increased|decreased)", _SIZE),
    (r"request-member-(?:became|added)-required", rf"{_REQUIRED}|{_REMOVAL}"),
    (r"member-type-changed|.*(?:member|key|value)-type-changed|timestamp-format-changed|structure-became-union", _TYPE),
    (r".*-renamed|member-renamed-wire-compatible", rf"{_NAME}|{_REMOVAL}"),
    (r"exception-.*|error-code-changed", rf"{_ERROR}|{_REMOVAL}"),
    (r".*-enum-value-removed", rf"{_REMOVAL}|enums?|\w*valid\w*|strict\w*|restrict\w*|only supports?"),
    (r"waiter-removed", rf"{_REMOVAL}|waiters?"),
    (r"paginator-.*", rf"{_REMOVAL}|paginat\w*"),
    (r"service-removed|.*-(?:member|input|output)-removed|operation-removed", _REMOVAL),
    (r"operation-http-.*|.*location.*-changed|member-query-name-changed|payload-changed", _WIRE),
)
"""The words that announce a change, by its rule. No claim is made about changes by other rules."""

_VAGUE = re.compile(
    r"\b(?:break|breaking|breaks|backwards?|incompatib\w*|revert\w*|roll(?:s|ed|ing)? ?back|rollback|"
    r"fix|fixes|fixed|fixing|bug ?fix\w*|bugs?|correct\w*|various|miscellaneous|in(?:to)? sync|synchroni[sz]\w*|"
    r"trait updates?|model (?:update|chang)\w*|(?:minor|general|api|sdk) (?:update|chang|refin|improv)\w*|"
    r"(?:few|some|several|many|multiple)(?: \w+){0,5} (?:apis?|changes?|enhancements?|updates?|improvements?)|"
    r"(?:enhancements?|improvements?|updates?|changes?) to (?:\w+ ){0,2}(?:apis?|sdks?|models?|operations?))\b",
    re.IGNORECASE,
)
"""Words so broad that any breaking change may be meant."""
_CHANGE_WORD = re.compile(
    r"\b(?:update|updating|chang|modif|adjust|refin|rework|redesign|enhanc|improv|revis|alter|amend|tweak|relax|tighten)\w*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_WHOLE_WORD = re.compile(r"[A-Za-z0-9]+")
_NAME_IN_MESSAGE = re.compile(r"[A-Za-z0-9_]*[a-z][A-Z]\w*|[A-Z]\w+(?=\.)")
_PATH_NAME = re.compile(r"\w+(?![^{]*\})")


def is_unannounced(text: str, change: Change) -> bool:
    """Return whether it is certain that official notes do not announce a change; False if it is unclear."""
    vocabulary = _vocabulary(change.rule.id)
    if vocabulary is None or _VAGUE.search(text) or vocabulary.search(text):
        return False
    spoken = _words_of_text(text)
    if any(_is_named(name, spoken) for name in _changed_names(change)):
        return False
    is_wire = change.rule.id.startswith("operation-http") or "location" in change.rule.id
    if not (is_wire or _CHANGE_WORD.search(text)):
        return True
    return not any(_is_named(name, spoken) for name in _names_around(change))


@lru_cache
def _vocabulary(rule: str) -> re.Pattern[str] | None:
    for rules, words in _VOCABULARIES:
        if re.fullmatch(rules, rule):
            return re.compile(rf"(?<![\w])(?:{words})(?![\w])", re.IGNORECASE)
    return None


def _changed_names(change: Change) -> Iterator[str]:
    """Yield the names of what changed, old and new, and those of the members in which it is used."""
    for delta in (change.delta, *change.related):
        yield delta.element_id.last_name.removesuffix("()")
        if delta.kind in (Kind.MEMBER, Kind.ENUM_VALUE, Kind.OPERATION, Kind.ERROR, Kind.SHAPE):
            yield from (value for value in (delta.old, delta.new) if isinstance(value, str))
    for path in islice(change.paths.values(), MAX_PATHS):
        yield from _PATH_NAME.findall(path)[-1:]


def _names_around(change: Change) -> Iterator[str]:
    """Yield the names of what contains the change: operations, members and shapes."""
    yield from change.operations
    for delta in (change.delta, *change.related):
        yield delta.element_id.owner or ""
    yield from _NAME_IN_MESSAGE.findall(change.message)
    for path in islice(change.paths.values(), MAX_PATHS):
        yield from _PATH_NAME.findall(path)


def _is_named(name: str, spoken: frozenset[str]) -> bool:
    """Return whether a text has a name, joined or as all of its words."""
    words = [_stem(word) for word in _WORD.findall(name)]
    if not words:
        return False
    return _stem(re.sub(r"[^A-Za-z0-9]", "", name)) in spoken or spoken.issuperset(words)


@lru_cache(maxsize=64)
def _words_of_text(text: str) -> frozenset[str]:
    return frozenset(map(_stem, _pieces(text)))


def _pieces(text: str) -> Iterable[str]:
    """Yield the words of a text, and the parts of those in camel case."""
    for word in _WHOLE_WORD.findall(text):
        yield word
        yield from _WORD.findall(word)


def _stem(word: str) -> str:
    """Return a word in lower case without the common endings of English."""
    stem = word.lower()
    for ending in ("ing", "ed", "es", "s"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            stem = stem.removesuffix(ending)
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stem = stem[:-1]
            break
    return stem.removesuffix("e") if len(stem) > 3 else stem
