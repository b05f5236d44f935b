"""The page in the place of an operation or a service that is no more: addresses of a site do not die."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docgen.pages.index.lifecycle import Gone


@dataclass(frozen=True, slots=True)
class GonePage:
    """What is gone: an operation, or with `operation` empty a service. `notes` is the page that tells of it, if any."""

    service: str
    title: str
    operation: str
    gone: Gone
    notes: str = ""
    root: str = ""

    @property
    def name(self) -> str:
        """What it was called."""
        return self.operation or self.title


def gone_data(page: GonePage) -> dict[str, Any]:
    """What is gone as JSON."""
    last, until = page.gone.last, page.gone.until
    return {
        "service": page.service,
        "title": page.title,
        "operation": page.operation or None,
        "last": last.release or None,
        "last_date": last.date or None,
        "until": until.release or None,
        "until_date": until.date or None,
    }
