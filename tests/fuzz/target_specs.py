"""What a user types to name a source or an element of an API."""

from __future__ import annotations

from collections.abc import Callable

from docgen.model.paths import MemberPath
from docgen.sources.git.spec import parse_git_spec
from docgen.sources.names import is_release_name
from docgen.sources.pypi.pip import version_from_filename
from docgen.sources.pypi.releases import parse_package_spec
from docgen.sources.release import Release, sort_releases
from docgen.sources.selection import ReleaseSelection
from fuzz import value_or_line

_RELEASES = [Release(f"1.{number}.0", "") for number in range(5)]


def seeds() -> list[bytes]:
    """Return arguments of each kind."""
    return [
        b"git:botocore@1.12.83#subdirectory=botocore/data&tags=v*",
        b"git:https://user@github.com/boto/botocore.git@1.0",
        b"git:git@github.com:boto/botocore.git@v1",
        b"git:/tmp/../x y@HEAD~1#tags=",
        b"pypi:botocore==1.12.83",
        b"pypi:botocore>=1.43.60,!=1.43.61,~=1.43",
        b"pypi:botocore@1.0",
        b"pypi:botocore===1.0.*",
        b"pypi:boto_core[crt]==1; python_version<'3'",
        b"1.43.0..1.44.0",
        b"botocore-1.12.83-py2.py3-none-any.whl",
        b"Instances[].State.Name{key}",
    ]


def target(data: bytes) -> None:
    """Parse it in every way."""
    text = data.decode("utf-8", "surrogateescape")
    readers: tuple[Callable[[str], object], ...] = (
        parse_git_spec,
        parse_package_spec,
        MemberPath.parse,
        lambda words: version_from_filename(words, "botocore"),
        lambda words: ReleaseSelection(words).select(_RELEASES),
        lambda words: sort_releases(Release(word, "") for word in words.split(";") if is_release_name(word)),
    )
    for read in readers:
        with value_or_line():
            read(text)
