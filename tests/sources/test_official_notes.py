"""Official notes by topic: entries of botocore's `.changes`, of every type."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.sources.official_notes import SdkNote, find_summary, sdk_notes, summaries_from_entries
from docgen.sources.release import Release
from docgen.sources.release_metadata import apply_release_notes, parse_changes_file
from docgen.sources.release_summaries import official_summary


def _entry(type_: str, category: str, description: str) -> dict[str, str]:
    return {"type": type_, "category": category, "description": description}


ENTRIES = [
    _entry("feature", "``s3``", "Checksums by default (`#12 <https://example.org/12>`__)"),
    _entry("api-change", "``s3``", "New algorithm."),
    _entry("feature", "Python", "End of support for Python 3.7"),
    _entry("bugfix", "Config", "Reads every key"),
    _entry("enchancement", "retries", "Waits longer"),
    _entry("api-change", "``macie``", "The macie client has been removed."),
    _entry("api-change", "clients", "Removed clients: qldb, qldb-session."),
    _entry("api-change", "``ec2``", "Documentation only."),
    _entry("feature", "``CloudFormation``", "Update cloudformation client to latest version"),
    _entry("bugfix", "``sqs``", "Signs again"),
]
SUMMARIES = summaries_from_entries(ENTRIES)
SERVICES = ("cloudformation", "config", "ec2", "s3", "sqs")


def test_entries_of_every_type_are_kept_by_topic() -> None:
    assert parse_changes_file(json.dumps(ENTRIES).encode(), "x") == SUMMARIES
    assert SUMMARIES["Python (feature)"] == "End of support for Python 3.7"
    assert SUMMARIES["retries (enhancement)"] == "Waits longer"


@pytest.mark.parametrize(
    ("service", "text"),
    [
        ("s3", "New algorithm. Checksums by default (#12)"),
        ("sqs", "Signs again"),
        ("cloudformation", "Update cloudformation client to latest version"),
        ("qldb", "Removed clients: qldb, qldb-session."),
        ("config", ""),
        ("session", ""),
    ],
)
def test_a_service_gets_all_that_is_said_about_it(service: str, text: str) -> None:
    assert find_summary(SUMMARIES, service) == text


def test_notes_on_the_sdk_are_those_shown_with_no_service() -> None:
    assert sdk_notes(SUMMARIES, SERVICES, {"s3"}) == (
        SdkNote("clients", "", "Removed clients: qldb, qldb-session."),
        SdkNote("macie", "", "The macie client has been removed."),
        SdkNote("Python", "feature", "End of support for Python 3.7"),
        SdkNote("retries", "enhancement", "Waits longer"),
        SdkNote("SDK Config", "bugfix", "Reads every key"),
        SdkNote("sqs", "bugfix", "Signs again"),
    )


def test_a_changes_file_given_for_one_release_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "1.0.1.json"
    path.write_text(json.dumps([_entry("feature", "``shop``", "Sell was removed; use Buy.")]), encoding="utf-8")
    release = apply_release_notes(path, Release("1.0.1", "x"))
    assert official_summary((release,), "shop") == ("Sell was removed; use Buy.", "Sell was removed; use Buy.", True)


def test_over_a_range_the_notes_of_all_releases_count() -> None:
    releases = [Release(f"1.0.{n}", "x", summaries={"s3": f"Removes {n}"} if n != 1 else {}) for n in range(3)]
    assert official_summary(releases, "s3") == ("1.0.2: Removes 2. 1.0.0: Removes 0.", "Removes 0. Removes 2.", True)
    assert not official_summary([*releases, Release("1.0.3", "x")], "s3").is_known
