"""What stands on each page: all choosing, sorting and counting. Templates only lay out what they are given.

A page is the same in every format: its view holds documentation in the model's own HTML dialect, and the format turns
that into HTML, Markdown or text. `data` is the page's JSON twin.

    service_notes(delta, ...) -> ServiceNotes; notes_page(notes, path) -> Page

| module       | job                                                                       |
|--------------|---------------------------------------------------------------------------|
| `operations` | one operation: its change block, its syntax, its lists as trees           |
| `notes`      | the change notes of one service                                           |
| `indexes`    | the reference of an operation, releases, services, rules, the first page  |
| `data`       | the JSON twins                                                            |
| `lives`      | compact notes: the life of one thing, roll-ups of a range                 |
| `since`      | since when everything on a reference page is there                        |
| `page`       | which template and which data belong to a view                            |
"""

from docgen.pages.data import change_data, notes_data, operation_data
from docgen.pages.indexes import (
    Mention,
    OperationPage,
    ReleaseIndex,
    RulePage,
    RulesIndex,
    ServiceIndex,
    SiteIndex,
    mention,
    operation_page,
    service_index,
)
from docgen.pages.lives import (
    Entry,
    Flips,
    LifePage,
    Period,
    RollupPage,
    Turn,
    at_least,
    flips_data,
    rollup,
    tally,
)
from docgen.pages.notes import Select, ServiceNotes, service_notes
from docgen.pages.operations import HUGE, LONG, Node, OperationView, change_block, entries, operation_view, tree
from docgen.pages.page import (
    Page,
    life_page,
    notes_page,
    reference_page,
    release_page,
    rollup_page,
    rule_page,
    rules_page,
    service_page,
    services_page,
    site_page,
)
from docgen.pages.since import Addition, Age, additions_over_time, with_since

__all__ = [
    "HUGE",
    "LONG",
    "Addition",
    "Age",
    "Entry",
    "Flips",
    "LifePage",
    "Mention",
    "Node",
    "OperationPage",
    "OperationView",
    "Page",
    "Period",
    "ReleaseIndex",
    "RollupPage",
    "RulePage",
    "RulesIndex",
    "Select",
    "ServiceIndex",
    "ServiceNotes",
    "SiteIndex",
    "Turn",
    "additions_over_time",
    "at_least",
    "change_block",
    "change_data",
    "entries",
    "flips_data",
    "life_page",
    "mention",
    "notes_data",
    "notes_page",
    "operation_data",
    "operation_page",
    "operation_view",
    "reference_page",
    "release_page",
    "rollup",
    "rollup_page",
    "rule_page",
    "rules_page",
    "service_index",
    "service_notes",
    "service_page",
    "services_page",
    "site_page",
    "tally",
    "tree",
    "with_since",
]
