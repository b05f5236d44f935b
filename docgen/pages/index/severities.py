"""The page that defines the severities: what each means, and examples for every profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page

RuleExamples = tuple[tuple[str, str], ...]
"""Ids of rules, each with what such a change does to the callers of a profile, or an empty text."""

MEANINGS = (
    ("breaking", "Code or requests that worked before now fail.", "Change the code before you upgrade."),
    (
        "dangerous",
        "Some callers may fail, depending on how they use the API. The models alone do not tell.",
        "Check the code that uses the element.",
    ),
    (
        "safe",
        "Everything that worked before still works. Additions and looser limits are safe, and so are new enum values "
        "in responses, which code should expect.",
        "Nothing.",
    ),
    (
        "docs",
        "Only documentation changed. Behaviour and types are the same.",
        "Read it when you need it.",
    ),
)
"""Each severity, worst first: its name, its meaning, and what callers should do."""


@dataclass(frozen=True, slots=True)
class ProfileExamples:
    """A profile, and changes of each severity for it.

    Attributes:
        name: Name of the profile, as `--profile` takes it.
        description: Whose view it takes.
        rules: Each severity, worst first, with three rules that have it in this profile.
    """

    name: str
    description: str
    rules: tuple[tuple[str, RuleExamples], ...]


PROFILE_EXAMPLES = (
    ProfileExamples(
        "api",
        "The default: the verdict for an API as a whole, if you do not know who calls it.",
        (
            (
                "breaking",
                (
                    ("operation-removed", "the method is gone"),
                    ("response-member-removed", "code that reads the key fails"),
                    ("enum-value-renamed", "the old value is rejected"),
                ),
            ),
            (
                "dangerous",
                (
                    ("response-member-became-optional", "a key may now be missing"),
                    ("request-pattern-added", "values that were accepted may be rejected"),
                    ("service-endpoint-rules-changed", "requests may go to another host"),
                ),
            ),
            (
                "safe",
                (
                    ("operation-added", "a new method"),
                    ("response-member-added", "a new key, which old code ignores"),
                    ("operation-deprecated", "it still works"),
                ),
            ),
            (
                "docs",
                (
                    ("documentation-changed", "a description"),
                    ("service-id-added", "metadata that no request contains"),
                    ("waiter-description-changed", "a description"),
                ),
            ),
        ),
    ),
    ProfileExamples(
        "wire",
        "Programs that are already deployed, built from the old model, and keep sending requests. They depend on "
        "names, paths and formats on the wire, not on names in code.",
        (
            (
                "breaking",
                (
                    ("operation-http-uri-changed", "requests go to the old path"),
                    ("member-location-name-changed", "the key on the wire changed"),
                    ("timestamp-format-changed", "timestamps are written differently"),
                ),
            ),
            (
                "dangerous",
                (
                    ("operation-error-added", "a new way to fail"),
                    ("response-max-increased", "a value that is longer than before"),
                    ("service-json-version-changed", "the Content-Type header changed"),
                ),
            ),
            (
                "safe",
                (
                    ("service-renamed", "a name in code, which is never sent"),
                    ("paginator-removed", "a name in code, which is never sent"),
                    ("waiter-removed", "a name in code, which is never sent"),
                ),
            ),
            (
                "docs",
                (
                    ("documentation-changed", "a description"),
                    ("operation-error-documentation-changed", "the description of an error"),
                    ("service-examples-changed", "examples"),
                ),
            ),
        ),
    ),
    ProfileExamples(
        "typed",
        "Code that compiles against a generated SDK or against type stubs. Names and types of classes matter here, "
        "even if the values stay the same.",
        (
            (
                "breaking",
                (
                    ("operation-input-added", "the generated signature changes"),
                    ("request-member-type-widened", "the type of a field changes"),
                    ("box-changed", "a value becomes a pointer in Go or a wrapper in Java"),
                ),
            ),
            (
                "dangerous",
                (
                    ("operation-deprecated", "the compiler warns"),
                    ("response-member-became-required", "the field may lose its optional type"),
                    ("sensitive-changed", "logs hide or show the value"),
                ),
            ),
            (
                "safe",
                (
                    ("operation-http-uri-changed", "the generated code follows"),
                    ("member-location-changed", "the generated code follows"),
                    ("request-min-increased", "limits are not part of a type"),
                ),
            ),
            (
                "docs",
                (
                    ("documentation-changed", "a description"),
                    ("member-deprecation-message-changed", "a deprecation notice"),
                    ("service-uid-changed", "an identifier that code does not use"),
                ),
            ),
        ),
    ),
    ProfileExamples(
        "boto3",
        "Python programs at the moment you upgrade boto3. boto3 checks parameter names, required parameters and "
        "minimum lengths and values before it sends a request. It does not check enums, patterns or maximum lengths.",
        (
            (
                "breaking",
                (
                    ("request-member-removed", "boto3 rejects the call"),
                    ("request-min-added", "boto3 rejects the call"),
                    ("service-query-compatible-changed", "error codes change"),
                ),
            ),
            (
                "dangerous",
                (
                    ("request-enum-value-removed", "boto3 sends the value, and the service may reject it"),
                    ("request-max-decreased", "boto3 sends the value, and the service may reject it"),
                    ("service-protocols-added", "boto3 may switch to another protocol"),
                ),
            ),
            (
                "safe",
                (
                    ("operation-http-uri-changed", "boto3 uses the new path"),
                    ("member-location-changed", "boto3 uses the new location"),
                    ("request-pattern-removed", "a looser limit"),
                ),
            ),
            (
                "docs",
                (
                    ("operation-deprecated", "boto3 only documents it"),
                    ("member-deprecated", "boto3 only documents it"),
                    ("operation-error-added", "boto3 only documents it"),
                ),
            ),
        ),
    ),
)
"""Examples for every profile. A test holds them to the severities in the table of rules."""


@dataclass(frozen=True, slots=True)
class SeverityReference:
    """The definition of the severities."""

    root: str = "../"

    @property
    def meanings(self) -> tuple[tuple[str, str, str], ...]:
        """Each severity, worst first: its name, its meaning, and what callers should do."""
        return MEANINGS

    @property
    def profiles(self) -> tuple[ProfileExamples, ...]:
        """Each profile with its examples."""
        return PROFILE_EXAMPLES


def severity_reference_data(reference: SeverityReference) -> dict[str, Any]:
    """Return the definition of the severities as JSON."""
    return {
        "severities": [
            {"severity": severity, "meaning": meaning, "advice": advice}
            for severity, meaning, advice in reference.meanings
        ],
        "profiles": [
            {
                "profile": profile.name,
                "description": profile.description,
                "examples": [
                    {"severity": severity, "rule": rule, "effect": effect}
                    for severity, rules in profile.rules
                    for rule, effect in rules
                ],
            }
            for profile in reference.profiles
        ],
    }


def _severities_description(_: SeverityReference) -> str:
    return "What breaking, dangerous, safe and docs mean, with examples for every profile."


SEVERITIES_PAGE = register_page(
    PageKind("severities", SeverityReference, data=severity_reference_data, description=_severities_description)
)


@site_pages
def _severities_page(_: SiteRecords) -> Iterator[tuple[str, SeverityReference]]:
    yield "severities/index", SeverityReference()
