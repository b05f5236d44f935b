"""Write a report as one comment on a pull request: the action's own comment, which later runs replace.

Usage: python3 -I comment.py NUMBER FILE, with GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL as GitHub Actions sets
them. It imports nothing but the standard library, so that it runs outside docgen's environment.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

MARK = "<!-- docgen: upgrade -->"
MAX_PAGES = 30
"""Pages of a hundred comments that are searched for the action's own."""

MAX_CHARACTERS = 65_536
"""The longest comment that GitHub accepts."""


def main() -> int:
    """Write the comment; return 0 even if GitHub refuses it, because the verdict does not depend on it."""
    number, file = int(sys.argv[1]), Path(sys.argv[2])
    body = f"{MARK}\n{file.read_text(encoding='utf-8')}"[:MAX_CHARACTERS]
    try:
        own = find_comment(number)
        if own is None:
            ask("POST", f"issues/{number}/comments", {"body": body})
        else:
            ask("PATCH", f"issues/comments/{own}", {"body": body})
    except (URLError, OSError, ValueError) as error:
        print(f"::warning::docgen could not comment: {type(error).__name__} (permissions: pull-requests: write)")
    return 0


def find_comment(number: int) -> int | None:
    """Return the id of the comment that an earlier run wrote, or None."""
    for page in range(1, MAX_PAGES + 1):
        comments = ask("GET", f"issues/{number}/comments?per_page=100&page={page}")
        for comment in comments:
            if comment["body"].startswith(MARK) and comment["user"]["type"] == "Bot":
                return int(comment["id"])
        if len(comments) < 100:
            break
    return None


def ask(method: str, path: str, data: dict[str, str] | None = None) -> Any:
    """Send a request to GitHub's REST API and return the response."""
    address = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "Content-Type": "application/json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    content = None if data is None else json.dumps(data).encode()
    with urlopen(Request(address, content, headers, method=method), timeout=30) as answer:  # noqa: S310 - GitHub's own address
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
