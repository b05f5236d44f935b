"""What stands on each page: all choosing, sorting and counting. Templates only lay out what they are given.

A page is the same in every format: its view holds documentation in the model's own HTML dialect, and the format turns
that into HTML, Markdown or text. `data` is the page's JSON twin.

    service_notes(delta, ...) -> ServiceNotes; notes_page(notes, path) -> Page

| module       | job                                                                       |
|--------------|---------------------------------------------------------------------------|
| `pairs`      | two versions of a list as one: what came, what went, what is different    |
| `listing`    | the lists of an operation with marks and anchors; long ones tamed         |
| `blocks`     | its syntax line by line, with marks and references                        |
| `operations` | one operation: its change block, its syntax, its lists as trees           |
| `notes`      | the change notes of one service                                           |
| `indexes`    | the reference of an operation, releases, services, rules, the first page  |
| `data`       | the JSON twins                                                            |
| `since`      | since when everything on a reference page is there                        |
| `parts`      | what goes to which page where one would be too large                      |
| `further`    | the pages beside a page that would be too large                           |
| `page`       | which template and which data belong to a view                            |
"""

from docgen.pages.data import change_data, notes_data, operation_data
from docgen.pages.further import notes_pages, reference_pages
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
from docgen.pages.listing import FULL, Entry, Listing, listing
from docgen.pages.notes import ServiceNotes, service_notes
from docgen.pages.operations import BRIEF, LONG, TELLING, Node, OperationView, change_block, operation_view, tree
from docgen.pages.page import (
    Page,
    notes_page,
    reference_page,
    release_page,
    rule_page,
    rules_page,
    service_page,
    services_page,
    site_page,
)
from docgen.pages.since import Addition, Age, additions_over_time, with_since

__all__ = [
    "BRIEF",
    "FULL",
    "LONG",
    "TELLING",
    "Addition",
    "Age",
    "Entry",
    "Listing",
    "Mention",
    "Node",
    "OperationPage",
    "OperationView",
    "Page",
    "ReleaseIndex",
    "RulePage",
    "RulesIndex",
    "ServiceIndex",
    "ServiceNotes",
    "SiteIndex",
    "additions_over_time",
    "change_block",
    "change_data",
    "listing",
    "mention",
    "notes_data",
    "notes_page",
    "notes_pages",
    "operation_data",
    "operation_page",
    "operation_view",
    "reference_page",
    "reference_pages",
    "release_page",
    "rule_page",
    "rules_page",
    "service_index",
    "service_notes",
    "service_page",
    "services_page",
    "site_page",
    "tree",
    "with_since",
]
