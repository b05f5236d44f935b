"""Where releases come from: folders, wheels and sdists, git, a package index, installed packages, a single file.

    open_source(spec).releases() -> Release -> ModelFile.read() -> bytes

| module    | job                                                                       |
|-----------|---------------------------------------------------------------------------|
| `release` | `Release`, `ModelFile`, `Source`: the data that all kinds yield, and names |
| `limits`  | how large things may be, and reading that stops there                     |
| `folder`  | folders on disk, installed packages                                       |
| `revision` | a file or folder of a checkout as a git revision has it             |
| `git`     | a repository's tags; it names the modules that share the work             |
| `archive` | what wheels and sdists share; `zips` and `tars` read them                 |
| `pypi`    | a package index; `package_index` asks it through pip, `guard` holds pip back |
| `notes`   | the maintainers' words: `release.json`, botocore's `.changes`             |
| `indexed` | a history file (`docgen index`) as releases                               |
| `chosen`  | some of many releases                                                     |
| `find`    | which kind a user means                                                   |

A new kind is a function that yields releases, and a line in `find`. Whatever is wrong is a `SourceError`.
"""

from docgen.sources.chosen import Chosen
from docgen.sources.find import absolute, find_release, open_source
from docgen.sources.notes import has_summaries, load_notes, read_introduction, summary_of
from docgen.sources.release import File, ModelFile, Release, Source, check_release, in_order, is_name
from docgen.sources.revision import earlier_file, earlier_releases

__all__ = [
    "Chosen",
    "File",
    "ModelFile",
    "Release",
    "Source",
    "absolute",
    "check_release",
    "earlier_file",
    "earlier_releases",
    "find_release",
    "has_summaries",
    "in_order",
    "is_name",
    "load_notes",
    "open_source",
    "read_introduction",
    "summary_of",
]
