"""Writes pages: all or none, only what changed, and never over or instead of what someone else put there.

New pages are first laid into `.docgen-new` beside the old ones, so that a problem with any page leaves the site as it
was. Then the manifest is told what is about to happen, stale pages go, new ones are moved to their places, and the
manifest is told that it is done. Whatever the moment at which the process is killed, the manifest knows
every name that may be docgen's on disk and what it may hold, and the next run completes the work.

Pages that are made together, from the same input, are a part of the site. The manifest keeps what a part was made from
and what was told of it, so a part whose input is the same need not be made again.

Pages are not synced to the disk one by one: after a power cut the next run compares bytes and writes a damaged page
again, and syncing 20,000 pages takes a hundred times as long as writing them. The manifest is synced, twice per run,
since nothing else tells docgen's pages from other people's.

| module        | job                                                      |
|---------------|----------------------------------------------------------|
| `paths`       | which names a page may have, and which would be one file |
| `disk`        | files without following links, errors in one line        |
| `lock`        | one run at a time                                        |
| `manifest`    | what docgen put there                                    |
| `publication` | one run                                                  |
| `parts`       | parts of other sites, to be taken over                   |
"""

from docgen.publish.disk import write_file
from docgen.publish.manifest import MANIFEST
from docgen.publish.parts import Parts
from docgen.publish.paths import check_path
from docgen.publish.publication import STAGE, Publication, Published, check_alone, publication, publish

__all__ = [
    "MANIFEST",
    "STAGE",
    "Parts",
    "Publication",
    "Published",
    "check_alone",
    "check_path",
    "publication",
    "publish",
    "write_file",
]
