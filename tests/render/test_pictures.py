"""The site's diagrams show what the records contain, and no name leaves its place."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from docgen.history.lifespans import YearOfChanges
from docgen.render.pictures.change_bar import change_bar
from docgen.render.pictures.heat_map import MIN_RELEASES, WEEKS, CalendarRelease, heat_map
from docgen.render.pictures.life_chart import life_caption, life_chart
from docgen.render.pictures.life_strip import STRIP_WIDTH, life_strip
from docgen.render.pictures.spark_line import LifePoint, spark_line
from docgen.render.pictures.time_line import Dot, time_line

HOSTILE = '"><script>alert(1)</script>'


def record(day: int, severity: str = "", name: str = "") -> CalendarRelease:
    return CalendarRelease(name or f"1.0.{day}", f"2026-07-{day:02}", ((severity, 2),) if severity else ())


def elements(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(tag))  # noqa: S314 - we wrote it


def test_a_calendar_has_a_square_for_each_day_of_the_year_and_a_link_for_each_with_releases() -> None:
    records = [record(day, "safe") for day in range(1, 11)]
    records += [record(9, "breaking", "1.0.9.1"), record(10), record(31, "dangerous"), record(30)]
    found = heat_map(records, "../")
    assert found is not None
    titles = {link[0].text: link[1].get("class") for link in elements(found.svg, "a")}
    assert len(titles) == 12
    assert titles["2026-07-09: 1.0.9, 1.0.9.1 (2 breaking, 2 safe)"] == "p-del"
    assert titles["2026-07-31: 1.0.31 (2 dangerous)"] == "p-chg"
    assert titles["2026-07-30: 1.0.30"] == "p-mut"
    assert elements(found.svg, "a")[-1].get("href") == "../releases/1.0.31/index.html"
    free = sum(len(re.findall("M", path.get("d", ""))) for path in elements(found.svg, "path"))
    assert free + 12 == 7 * WEEKS - 2  # 2026-07-31 is a Friday
    assert found.caption == (
        "14 releases on 12 days of the year up to 2026-07-31: 1 with a breaking change, 1 more with a dangerous one."
    )


def test_releases_of_earlier_years_and_without_a_date_are_left_out() -> None:
    old = CalendarRelease("0.1", "2020-01-01", ())
    undated = CalendarRelease("0.2", "some day", ())
    found = heat_map([*(record(day) for day in range(1, 9)), old, undated])
    assert found is not None
    assert len(elements(found.svg, "a")) == 8


def test_few_releases_have_no_calendar() -> None:
    assert heat_map([record(day) for day in range(1, MIN_RELEASES)]) is None
    assert heat_map([]) is None


YEARS = (YearOfChanges("2024", 4, 0, 1200, 0), YearOfChanges("2026", 1, 2, 0, 7))


def test_bars_have_the_numbers_of_their_years() -> None:
    svg = life_chart(YEARS)
    assert svg is not None
    titles = [title.text for title in elements(svg, "title")]
    assert titles == [
        "2024: 4 operations added, 0 removed",
        "2026: 1 operations added, 2 removed",
        "2024: 1,200 members added, 0 removed",
        "2026: 0 members added, 7 removed",
    ]
    bars = [
        (bar.get("class"), int(bar.get("height", ""))) for bar in elements(svg, "rect") if bar.get("class") != "p-none"
    ]
    assert bars == [("p-add", 44), ("p-add", 11), ("p-del", 11), ("p-add", 44), ("p-del", 1)]
    assert "1.2k" in svg
    assert life_chart(YEARS[:1]) is None
    assert life_caption(YEARS).startswith("2024 to 2026: 5 operations and 1,200 members were added, 2 operations and 7")


def test_a_line_has_a_dot_for_each_change_in_its_place() -> None:
    dots = [Dot("2026-01-01", "1.2", "two", "p-del", "b.html"), Dot("2024-01-01", "1.0", "one", "p-add", "")]
    svg = time_line([*dots, Dot("", "1.1", "undated", "p-add", "")])
    assert svg is not None
    assert [(int(dot.get("cx", "")), dot.get("class")) for dot in elements(svg, "circle")] == [
        (8, "p-add"),
        (632, "p-del"),
    ]
    assert [text.text for text in elements(svg, "text")] == ["2025", "2026"]
    assert time_line(dots[:1]) is None
    assert time_line([dots[0], dots[0]._replace(release="1.3")]) is None


def test_a_spark_line_runs_from_the_first_number_to_the_last_and_marks_breaks() -> None:
    points = [LifePoint("2020", 0, False), LifePoint("2021", 7, True), LifePoint("2022", 14, False)]
    svg = spark_line(points)
    assert svg is not None
    assert [path.get("d") for path in elements(svg, "path")] == ["M2 16L36 9L70 2"]
    assert [(mark.get("cx"), mark.get("cy")) for mark in elements(svg, "circle")] == [("36", "9")]
    assert [title.text for title in elements(svg, "title")] == ["0 to 14 operations, 2020 to 2022; 1 break marked"]
    assert spark_line(points[:2]) is None
    assert spark_line([LifePoint("a", 0, False)] * 3), "a service without operations"


def test_a_bar_grows_with_the_number_of_changes_and_shows_each_severity() -> None:
    svg = change_bar([("breaking", 1), ("safe", 98), ("docs", 0)])
    bars = [(bar.get("class"), int(bar.get("width", ""))) for bar in elements(svg, "rect")]
    assert bars == [("p-del", 3), ("p-add", 166)]
    assert change_bar([("safe", 1)]).count('width="24"') == 2
    assert not change_bar([("safe", 0)])


def test_a_strip_shows_when_a_member_appeared_was_required_and_was_deprecated() -> None:
    assert [path.get("d") for path in elements(life_strip(12, None, 40), "path")] == ["M12 3h36", "M40 3h8"]
    assert [path.get("d") for path in elements(life_strip(12, 20, 40), "path")] == ["M12 3h36", "M20 3h28", "M40 3h8"]
    assert [path.get("d") for path in elements(life_strip(None, None, 47), "path")] == ["M0 3h48", "M47 3h1"]
    assert [path.get("class") for path in elements(life_strip(None, 47, None), "path")] == [None, "q"]
    assert [path.get("d") for path in elements(life_strip(STRIP_WIDTH, None, None), "path")] == ["M47 3h1"]
    assert not life_strip(None, None, None)


def test_names_of_strangers_stay_text() -> None:
    records = [record(day, "safe", f"{HOSTILE}{day}") for day in range(1, 10)]
    found = heat_map(records)
    line = time_line(
        [Dot("2024-01-01", HOSTILE, HOSTILE, "p-add", HOSTILE), Dot("2026-01-01", "", HOSTILE, "p-add", "")]
    )
    spark = spark_line([LifePoint(HOSTILE, 1, True)] * 3)
    assert found is not None
    assert line is not None
    assert spark is not None
    for svg in (found.svg, line, spark):
        assert not elements(svg, "script")
        assert HOSTILE not in svg
