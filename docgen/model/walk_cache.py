"""What walks over a service keep, so that they compute it for each member and shape, not for each operation."""

from __future__ import annotations

from typing import Any

from docgen.model.service import Service


def walk_cache(service: Service, kind: str, *, is_request: bool) -> dict[Any, Any]:
    """Return the dictionary in which walks keep one kind of result. It lives as long as the service.

    Args:
        service: The service that is walked.
        kind: The kind of result. Only the walk that fills the dictionary reads it.
        is_request: Whether the results hold in requests; otherwise they hold in responses.
    """
    return service._walk_caches.setdefault((kind, is_request), {})
