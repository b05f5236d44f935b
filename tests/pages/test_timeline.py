"""Releases in order of time: however many there are, no page is long, and addresses never change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.pages.index.periods import MAX_PAGE_LINES, release_periods
from docgen.pages.index.records import (
    DocumentationOnly,
    NotableChange,
    NotesSummary,
    ReleaseRecord,
    release_runs,
    sum_severities,
    worst_notes_first,
)
from docgen.pages.index.service_catalog import (
    ServiceCatalog,
    ServiceLine,
    ServicesByChanges,
    services_by_letter,
    services_changed_most,
)
from docgen.pages.index.site_index import site_index
from docgen.pages.index.timeline import (
    MAX_NEWEST_NOTES,
    MAX_NEWEST_RELEASES,
    period_timelines,
    service_timelines,
    severity_timelines,
)

LINE = NotesSummary("1.0", "2020-01-01", "zoo", "Zoo", "no API methods", "", "releases/1.0/zoo/index")


def record(number: int, date: str = "", lines: int = 1, severity: str = "safe") -> ReleaseRecord:
    """Return a release with some lines that each have one change of a severity."""
    release = f"1.{number}"
    line = replace(LINE, release=release, date=date, path=f"releases/{release}/zoo/index", severities=((severity, 1),))
    return ReleaseRecord(release, f"1.{number - 1}", date, (line,) * lines)


DATED = [record(n, f"20{10 + n // 30:02}-{1 + n % 12:02}-03") for n in range(300)]


def test_every_release_is_on_the_page_of_its_month_and_months_lead_to_each_other() -> None:
    found = release_periods(DATED)
    assert [period.name for period in found] == sorted(
        {each.date[:7].replace("-", "/") for each in DATED}, reverse=True
    )
    pages = dict(period_timelines(found))
    assert sorted(each.release for page in pages.values() for each in page.records) == sorted(r.release for r in DATED)
    assert pages["releases/2010/02/index"].title == "API changes: February 2010"
    newest, second = list(pages.values())[:2]
    assert newest.newer is None
    assert newest.older is not None
    assert (newest.older.label, newest.older.path) == (found[1].title, found[1].path)
    assert second.newer is not None
    assert second.newer.path == found[0].path
    assert newest.root == "../../../"


def test_releases_without_a_date_come_in_parts_whose_addresses_do_not_change() -> None:
    before = [record(n) for n in range(2 * MAX_PAGE_LINES + 5)]
    more = [*before, *(record(n) for n in range(2 * MAX_PAGE_LINES + 5, 3 * MAX_PAGE_LINES + 1))]
    assert [period.name for period in release_periods(before)] == ["undated/3", "undated/2", "undated/1"]
    where = {each.release: period.path for period in release_periods(more) for each in period.records}
    assert all(where[each.release] == period.path for period in release_periods(before) for each in period.records)
    assert release_periods(more)[-1].title == f"releases 1.0 to 1.{MAX_PAGE_LINES - 1}"


def test_the_first_page_has_the_newest_releases_and_no_more_than_a_reader_takes() -> None:
    index = site_index("p", "1.299", DATED, [])
    assert [each.release for each in index.releases] == [f"1.{n}" for n in range(299, 299 - MAX_NEWEST_RELEASES, -1)]
    busy = site_index("p", "1.9", [record(n, "2020-01-01", lines=MAX_NEWEST_NOTES // 2) for n in range(10)], [])
    assert [each.release for each in busy.releases] == ["1.9", "1.8"]
    large = site_index("p", "1.9", [record(n, "2020-01-01", lines=3 * MAX_NEWEST_NOTES) for n in range(10)], [])
    assert [each.release for each in large.releases] == ["1.9"], "the newest release is listed, however large"


def test_a_severity_has_only_its_own_and_by_year_where_they_are_many() -> None:
    mixed = [each if n % 2 else record(n, each.date, severity="breaking") for n, each in enumerate(DATED)]
    pages = dict(severity_timelines(mixed, "breaking"))
    first = pages.pop("breaking/index")
    assert [part.path for part in first.parts] == list(pages)
    records = [each for page in pages.values() for each in page.records]
    assert {each.release for each in records} == {f"1.{n}" for n in range(0, 300, 2)}
    assert all(line.has_severity("breaking") for each in records for line in each.notes)
    assert all(each.date.startswith(path.split("/")[1]) for path, page in pages.items() for each in page.records)
    (few,) = severity_timelines(mixed[:10], "breaking")
    assert few[0] == "breaking/index"
    assert [each.release for each in few[1].records] == ["1.8", "1.6", "1.4", "1.2", "1.0"]


def test_releases_out_of_the_order_of_their_dates_are_all_listed() -> None:
    shuffled = [record(n, f"20{10 + n % 3}-01-01") for n in range(2 * MAX_PAGE_LINES)]
    pages = dict(
        severity_timelines([replace(each, notes=record(1, severity="breaking").notes) for each in shuffled], "breaking")
    )
    assert sum(len(page.records) for path, page in pages.items() if path != "breaking/index") == 2 * MAX_PAGE_LINES


def test_the_history_of_a_service_lists_only_its_own_changes() -> None:
    (path, page), *years = service_timelines("zoo", "Zoo", [each.notes[0] for each in reversed(DATED)])
    assert path == "services/zoo/history/index"
    assert page.service == "zoo"
    assert page.intro == "300 releases changed Zoo, newest first."
    assert page.breadcrumbs[-1] == ("Zoo", "../../../services/zoo/index.html")
    assert [path for path, _ in years][:2] == ["services/zoo/history/2019/index", "services/zoo/history/2018/index"]


def test_what_needs_attention_comes_first() -> None:
    lines = [
        replace(LINE, title="C", severities=(("safe", 90),)),
        replace(LINE, title="B", severities=(("docs", 1),)),
        replace(LINE, title="D", severities=(("dangerous", 1), ("safe", 2))),
        replace(LINE, title="E", severities=(("breaking", 1),)),
        replace(LINE, title="F", severities=(("breaking", 2),)),
        replace(LINE, title="A"),
    ]
    assert "".join(each.title for each in worst_notes_first(lines)) == "FEDABC"
    assert sum_severities(each.severities for each in lines) == (
        ("breaking", 3),
        ("dangerous", 1),
        ("safe", 92),
        ("docs", 1),
    )


@pytest.mark.parametrize(
    ("summary", "says"), [("Update zoo client to latest version", ""), ("Adds cages.", "Adds cages."), ("", "")]
)
def test_generic_summaries_are_not_shown(summary: str, says: str) -> None:
    assert replace(LINE, summary=summary).specific_summary == says


def test_services_are_listed_by_sdk_name_and_by_how_often_they_changed() -> None:
    titles = {"s3": "Amazon Simple Storage", "ec2": "Amazon EC2", "iot": "AWS IoT", "äther": "Äther", "ecs": "ECS"}
    lines = [ServiceLine(name, title, "", 1, release_count=len(title)) for name, title in titles.items()]
    assert [(letter, [line.service for line in found]) for letter, found in services_by_letter(lines)] == [
        ("0-9", ["äther"]),
        ("E", ["ec2", "ecs"]),
        ("I", ["iot"]),
        ("S", ["s3"]),
    ]
    assert [line.short_title for line in lines] == ["Simple Storage", "EC2", "IoT", "Äther", "ECS"]
    assert [line.service for line in services_changed_most(lines)] == ["s3", "ec2", "iot", "äther", "ecs"]


def test_all_services_of_a_large_site_are_listed_by_how_much_they_changed_too() -> None:
    numbers = (0, 1, 9, 10, 99, 100, 999, 1000, 20_000, 5, 50, 500, 0)
    lines = tuple(
        ServiceLine(f"s{number}", "S", "", 1, release_count=min(changes, 3), change_count=changes)
        for number, changes in enumerate(numbers)
    )
    catalog = ServiceCatalog("package", "1.0", lines)
    assert catalog.has_two_orders
    assert not ServiceCatalog("package", "1.0", lines[:12]).has_two_orders
    groups = ServicesByChanges("package", "1.0", lines).groups
    assert [(heading, [line.change_count for line in found]) for heading, found in groups] == [
        ("1,000 changes or more", [20_000, 1000]),
        ("100 to 999 changes", [999, 500, 100]),
        ("10 to 99 changes", [99, 50, 10]),
        ("1 to 9 changes", [9, 5, 1]),
        ("Unchanged", [0, 0]),
    ]


def test_changes_of_documentation_do_not_count_as_changes_of_a_service() -> None:
    assert replace(LINE, severities=(("breaking", 2), ("safe", 3), ("docs", 40))).change_count == 5
    assert ServicesByChanges("package", "1.0", (ServiceLine("s", "S", "", 1, release_count=1),)).groups[0][0] == (
        "Only documentation"
    )


def test_releases_in_which_nothing_changed_are_one_line() -> None:
    quiet = [ReleaseRecord(f"2.{n}", f"2.{n - 1}", "") for n in range(3)]
    first = ReleaseRecord("1.0", "", "")
    runs = release_runs([*quiet[:2], record(5), quiet[2], first])
    assert [[each.release for each in run] for run in runs] == [["2.0", "2.1"], ["1.5"], ["2.2"], ["1.0"]]
    reworded = replace(quiet[1], documentation_only=(DocumentationOnly("zoo", "Zoo", 3),))
    assert [len(run) for run in release_runs([quiet[0], reworded, reworded, quiet[2]])] == [1, 2, 1]


def test_the_first_page_lists_what_broke_in_the_days_before_the_newest_release() -> None:
    change = NotableChange("breaking", "Cage.Door was removed", "change-1")
    records = [record(n, f"2026-{month:02}-15") for n, month in enumerate((1, 2, 3, 4))]
    broken = [
        replace(each, notes=(replace(each.notes[0], severities=(("breaking", 3),), notable_changes=(change,)),))
        for each in records
    ]
    index = site_index("p", "1.3", broken, [])
    assert [(each.release, each.message, each.more, each.href) for each in index.recent_breaks] == [
        ("1.3", "Cage.Door was removed", 2, "releases/1.3/zoo/index.html#change-1"),
    ], "March 15 is 31 days before April 15"
    assert not site_index("p", "1.3", records, []).recent_breaks
    undated = site_index("p", "1.3", [replace(each, date="") for each in broken], [])
    assert (undated.recent_breaks, undated.has_dates) == ((), False)
