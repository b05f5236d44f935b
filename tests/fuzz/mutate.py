"""Derives bytes from other bytes: small damage, repetitions, and pieces of other inputs.

A seed gives the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

MOST = 1 << 16
"""The largest input in bytes, unless a seed is longer. What takes a second here would take a minute for a megabyte."""

_WORDS = [
    b"", b"\0", b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\n", b"\r\n", b"\t", b" ",
    b"\xef\xbb\xbf", b"0", b"-1", b"1e400", b"-0.0", b"9223372036854775808", b"NaN", b"Infinity", b"true", b"null",
    b"{", b"}", b"[", b"]", b'"', b"'", b"\\", b"\\u0000", b"\\ud800", b"\\udc00", b",", b":", b"/", b"..", b"../",
    b"@", b"#", b"&", b"=", b"==", b">=", b"~=", b"*", b"?", b"$", b"%00", b"{{", b"}}", b"{%", b"<", b">", b"<b>",
    b"</b>", b"<ul><li>", b"<pre>", b"<a href='", b"&lt;", b"&#x41;", b"`", b"|", b"---", b"]]>", b"<!--", b"-->",
]  # fmt: skip
Change = Callable[[bytearray, random.Random, Sequence[bytes]], None]


def mutated(pool: Sequence[bytes], dice: random.Random) -> bytes:
    """Return an input of the pool, changed in one to eight ways."""
    origin = dice.choice(pool)
    data = bytearray(origin)
    for _ in range(1 << dice.randrange(4)):
        dice.choice(_CHANGES)(data, dice, pool)
    return bytes(data[: max(MOST, len(origin))])


def _place(data: bytearray, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


def _piece(data: Sequence[int], dice: random.Random, most: int = 64) -> bytes:
    start = dice.randrange(len(data) + 1)
    return bytes(data[start : start + dice.randrange(most)])


def _flip(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _overwrite(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.randrange(256)


def _word(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, dice)
    data[at:at] = dice.choice(_WORDS)


def _word_over(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at, word = _place(data, dice), dice.choice(_WORDS)
    data[at : at + len(word)] = word


def _cut(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, dice)
    del data[at : at + dice.choice((1, 2, 4, 16, 64, 1024))]


def _end(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    del data[_place(data, dice) :]


def _repeat(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at, piece = _place(data, dice), _piece(data, dice)
    data[at:at] = piece * dice.choice((1, 2, 10, 1000))


def _move(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, dice)
    data[at:at] = _piece(data, dice)


def _number(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at, size = _place(data, dice), dice.choice((2, 4, 8))
    value = dice.choice((0, 1, (1 << 8 * size) - 1, 1 << (8 * size - 1), dice.randrange(1 << 8 * size)))
    data[at : at + size] = value.to_bytes(size, dice.choice(("little", "big")))


def _other(data: bytearray, dice: random.Random, pool: Sequence[bytes]) -> None:
    at = _place(data, dice)
    data[at:at] = _piece(dice.choice(pool), dice, 512)


def _cross(data: bytearray, dice: random.Random, pool: Sequence[bytes]) -> None:
    other = dice.choice(pool)
    data[_place(data, dice) :] = other[dice.randrange(len(other) + 1) :]


_CHANGES: tuple[Change, ...] = (
    _flip, _overwrite, _word, _word_over, _cut, _end, _repeat, _move, _number, _other, _cross, _word, _flip,
)  # fmt: skip
