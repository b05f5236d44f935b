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
| `records`    | what other pages say of notes and releases: all that an index is made of  |
| `timeline`   | releases in the order of time: the first page, months, severities         |
| `services`   | the page of a service                                                     |
| `lifecycle`  | what is deprecated and what is gone                                       |
| `feeds`      | what readers follow                                                       |
| `comparison` | one operation in two releases, side by side                               |
| `indexes`    | the reference of an operation, a release, the rules                       |
| `beside`     | paginators, waiters and examples                                          |
| `lives`      | compact notes: the life of one thing, roll-ups of a range                 |
| `headed`     | what release notes say of a change: a line below a heading                |
| `announcement` | release notes to publish: a range of releases in Markdown               |
| `since`      | since when everything on a reference page is there                        |
| `data`       | the JSON twins                                                            |
| `words`      | first sentences, descriptions                                             |
| `ids`        | names as ids and as folders                                               |
| `addresses`  | sitemaps and robots.txt                                                   |
| `search`     | what can be found in a service                                            |
| `shards`     | the files of the search over all services                                 |
| `parts`      | what goes to which page where one would be too large                      |
| `further`    | the pages beside a page that would be too large                           |
| `page`       | which template and which data belong to a view                            |
"""

from docgen.pages.addresses import address_of, robots, sitemaps
from docgen.pages.announcement import STEPS, Announcement, Told, announcement
from docgen.pages.beside import FILES, Beside, beside
from docgen.pages.comparison import Comparison, comparison
from docgen.pages.data import change_data, notes_data, operation_data
from docgen.pages.feeds import Feed, feed_data, feeds
from docgen.pages.further import notes_pages, reference_pages
from docgen.pages.gone import GonePage, gone_data
from docgen.pages.ids import folder_of, id_of
from docgen.pages.indexes import OperationPage, ReleaseIndex, RulePage, RulesIndex, operation_page
from docgen.pages.lifecycle import (
    Deprecation,
    Gone,
    Lifecycle,
    LifecycleIndex,
    LifecycleLine,
    Lived,
    When,
    lifecycle,
    lifecycle_line,
    removed_operations,
    removed_services,
)
from docgen.pages.listing import FULL, Listing, listing
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
from docgen.pages.operations import (
    BRIEF,
    LONG,
    SEVERAL,
    TELLING,
    Node,
    OperationView,
    change_block,
    operation_view,
    tree,
)
from docgen.pages.page import (
    Page,
    announcement_page,
    catalog_page,
    comparison_page,
    gone_page,
    life_page,
    lifecycle_index_page,
    lifecycle_page,
    machines_page,
    not_found_page,
    notes_page,
    reference_page,
    release_page,
    releases_page,
    rollup_page,
    rule_page,
    rules_page,
    service_page,
    services_page,
    site_page,
    timeline_page,
)
from docgen.pages.records import Mention, ReleaseRecord, Reworded, as_json, mention, mention_from_json, reworded
from docgen.pages.search import Entries, search_entries
from docgen.pages.services import ServiceIndex, service_index, service_line
from docgen.pages.shards import search_files
from docgen.pages.since import Addition, Age, additions_over_time, with_since
from docgen.pages.timeline import (
    JUDGED,
    Catalog,
    Releases,
    ServiceLine,
    SiteIndex,
    Timeline,
    history_pages,
    period_pages,
    periods,
    releases,
    severity_pages,
    site_index,
)
from docgen.pages.words import counted, listed

__all__ = [
    "BRIEF",
    "FILES",
    "FULL",
    "JUDGED",
    "LONG",
    "SEVERAL",
    "STEPS",
    "TELLING",
    "Addition",
    "Age",
    "Announcement",
    "Beside",
    "Catalog",
    "Comparison",
    "Deprecation",
    "Entries",
    "Entry",
    "Feed",
    "Flips",
    "Gone",
    "GonePage",
    "LifePage",
    "Lifecycle",
    "LifecycleIndex",
    "LifecycleLine",
    "Listing",
    "Lived",
    "Mention",
    "Node",
    "OperationPage",
    "OperationView",
    "Page",
    "Period",
    "ReleaseIndex",
    "ReleaseRecord",
    "Releases",
    "Reworded",
    "RollupPage",
    "RulePage",
    "RulesIndex",
    "Select",
    "ServiceIndex",
    "ServiceLine",
    "ServiceNotes",
    "SiteIndex",
    "Timeline",
    "Told",
    "Turn",
    "When",
    "additions_over_time",
    "address_of",
    "announcement",
    "announcement_page",
    "as_json",
    "at_least",
    "beside",
    "catalog_page",
    "change_block",
    "change_data",
    "comparison",
    "comparison_page",
    "counted",
    "feed_data",
    "feeds",
    "flips_data",
    "folder_of",
    "gone_data",
    "gone_page",
    "history_pages",
    "id_of",
    "life_page",
    "lifecycle",
    "lifecycle_index_page",
    "lifecycle_line",
    "lifecycle_page",
    "listed",
    "listing",
    "machines_page",
    "mention",
    "mention_from_json",
    "not_found_page",
    "notes_data",
    "notes_page",
    "notes_pages",
    "operation_data",
    "operation_page",
    "operation_view",
    "period_pages",
    "periods",
    "reference_page",
    "reference_pages",
    "release_page",
    "releases",
    "releases_page",
    "removed_operations",
    "removed_services",
    "reworded",
    "robots",
    "rollup",
    "rollup_page",
    "rule_page",
    "rules_page",
    "search_entries",
    "search_files",
    "service_index",
    "service_line",
    "service_notes",
    "service_page",
    "services_page",
    "severity_pages",
    "site_index",
    "site_page",
    "sitemaps",
    "tally",
    "timeline_page",
    "tree",
    "with_since",
]
