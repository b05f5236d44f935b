"""The profiles: for whom the severity of a change is judged."""

from __future__ import annotations

MARKED_PROFILES = ("wire", "typed", "boto3")
"""The profiles for which every rule has a mark.

`wire` is a deployed client with the old model, `typed` is code that is compiled against a typed SDK, and `boto3` is
code that upgrades boto3.
"""

PROFILES = ("api", *MARKED_PROFILES)
"""Every profile. `api`, the default, is any caller of the API; its severities are those of the rule table itself."""
