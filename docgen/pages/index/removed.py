"""The page in the place of an operation or a service that is no more: addresses of a site do not die."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docgen.pages.index.lifecycle import Removal


@dataclass(frozen=True, slots=True)
class RemovalNotice:
    """What is gone: an operation, or with `operation` empty a service. `notes` is the page that tells of it, if any."""

    service: str
    title: str
    operation: str
    removal: Removal
    notes_path: str = ""
    root: str = ""

    @property
    def name(self) -> str:
        """What it was called."""
        return self.operation or self.title


def removal_notice_data(notice: RemovalNotice) -> dict[str, Any]:
    """What is gone as JSON."""
    last, until = notice.removal.last_release, notice.removal.removed_in
    return {
        "service": notice.service,
        "title": notice.title,
        "operation": notice.operation or None,
        "last": last.release or None,
        "last_date": last.date or None,
        "until": until.release or None,
        "until_date": until.date or None,
    }
