"""The order of the rooms of the package."""

from __future__ import annotations

ROOMS = [
    "printable",
    "errors",
    "schema",
    "wording",
    "terminal",
    "files",
    "workers",
    "model",
    "resources",
    "render",
    "cluster",
    "sources",
    "diff",
    "rules",
    "history",
    "locate",
    "pages",
    "compare",
    "check",
    "site",
    "requires",
    "upgrades",
    "agents",
    "cli",
]
"""Packages and top-level modules in order: each may import only those before it."""
