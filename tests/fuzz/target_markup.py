"""A documentation string: the laws of `test_markup`, for example that the final sanitizer changes nothing in our HTML.

Nearly well-formed strings are among the seeds, because the results without and with the parser must agree.
"""

from __future__ import annotations

from markup_checks import check_everything
from markup_support import hostile

WELL_FORMED = (
    b"<p>Use <code>Ping</code>, or <a>Pong</a> (<i>new</i>): 1. <b>a</b>!</p>",
    b'<p> See <a href="https://a.example/b#c">the guide</a>. </p> <p>And more.</p>',
    b"<note> <p>One</p> <p><code>two</code></p> </note> <ul> <li> <p>a</p> </li> <li>b</li> </ul>",
    b"<ol> <li> <p><b>x</b> y</p> </li> </ol> <important> <p>z_</p> </important>",
)


def seeds() -> list[bytes]:
    """Return hostile strings and well-formed ones."""
    return [*(each.encode("utf-8", "replace") for each in hostile()), *WELL_FORMED]


def target(data: bytes) -> None:
    """Render a string in all three formats, and parse the results."""
    check_everything(data.decode("utf-8", "replace"))
