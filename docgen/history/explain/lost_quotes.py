"""Messages whose quotation marks a shell has removed, because nobody quoted the message.

    with_quotes("AppStream object has no attribute x") -> "'AppStream' object has no attribute 'x'"

Only the names that the patterns look for get them back. Other marks, and values with blanks, are lost.
"""

from __future__ import annotations

from docgen.history.explain.patterns import compile_pattern

MAX_LENGTH = 20_000
"""The most characters of a text that get their marks back: longer ones were never typed into a shell."""

_NAME = r"""(?<![\w.\-])["']?([\w\-]{1,100}(?:\.[\w\-]{1,100}){0,4})["']?"""
_PATH = r"""([\w.\-\[\]]{1,300})"""

_FORMS = (
    (rf"(Unknown parameter in) {_PATH}: {_NAME}(?:, must be one of:?)?", r'\1 \2: "\3", must be one of:'),
    (rf"(Missing required parameter in) {_PATH}: {_NAME}", r'\1 \2: "\3"'),
    (rf"{_NAME} object has no attribute {_NAME}", r"'\1' object has no attribute '\2'"),
    (rf"(Unknown service:) {_NAME}", r"\1 '\2'"),
    (rf"(argument (?:command|operation|subcommand|service_name): Found invalid choice) {_NAME}", r"\1 '\2'"),
    (rf"(argument (?:command|operation|subcommand|service_name): [Ii]nvalid choice:) {_NAME}", r"\1 '\2'"),
    (rf"(Unknown key) {_NAME}(, valid choices are:)", r"\1 '\2'\3"),
    (rf"(Value) {_NAME} at {_PATH} (failed to satisfy constraint:)", r"\1 '\2' at '\3' \4"),
    (rf"(The) {_NAME} (resource does not exist)", r"\1 '\2' \3"),
    (rf"{_NAME} (is not one of)", r"'\1' \2"),
    (rf"(Parameter) {_NAME} (and its alias) {_NAME} (were provided)", r"\1 '\2' \3 '\4' \5"),
    (rf"(Instance of) {_NAME} (has no) {_NAME} (member)", r"\1 '\2' \3 '\4' \5"),
    (rf"(?<!\w)(\w{{1,100}}(?:Client|ServiceResource)) has no attribute {_NAME}", r'"\1" has no attribute "\2"'),
)
_COMPILED_FORMS = tuple((compile_pattern(pattern), replacement) for pattern, replacement in _FORMS)


def with_quotes(text: str) -> str:
    """Return the text with quotation marks around the names in messages that lack them."""
    if len(text) > MAX_LENGTH:
        return text
    for pattern, replacement in _COMPILED_FORMS:
        text = pattern.sub(replacement, text)
    return text
