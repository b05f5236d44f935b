"""What two sets of endpoint rules mean: the situations in which they lead to different URLs.

Rules can only tell regions apart by their partition and by name. So the regions that either version names stand for
all, with two of each partition: the one of its global services, to which rules may lead from everywhere, and another.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from docgen.diff.endpoint_rules import PARTITIONS, Endpoint, EndpointRules, UnknownRulesError
from docgen.wording import listed_with_and

MAX_REGIONS = 80
"""Most regions that are compared."""

MAX_DIFFERENCES = 100
"""Most situations that a delta has; it counts the others."""

_FURTHER_REGIONS = ("eu-west-1", "cn-north-1", "us-gov-east-1", "us-iso-west-1", "us-isob-west-1")
"""A region of each partition that has more than the region of its global services."""

_FLAGS = {"UseFIPS": "FIPS", "UseDualStack": "dual stack"}
_BASIC_SETTINGS = frozenset(("Region", "Endpoint", *_FLAGS))
_ACCOUNT = "123456789012"
_COMPANIONS = {"AccountId": {"AccountIdEndpointMode": "preferred"}}
"""What botocore sets together with a setting."""


class _Situation(NamedTuple):
    """A region and settings. If one of these is docgen's own example, only rules that accept it count."""

    label: str
    settings: Mapping[str, Any]
    is_example: bool = False


def endpoint_differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Compare two rule sets by the endpoints to which they lead.

    Args:
        old: The decoded old file.
        new: The decoded new file.

    Returns:
        For each version what differs: `endpoints`, by situation (`us-east-1 with FIPS`), each a URL or None; `more`, a
        count of further situations, if there are any; and the `urls` and `settings` that only this version has. None if
        one of the files cannot be evaluated.
    """
    versions = EndpointRules(old), EndpointRules(new)
    try:
        differing = list(_differing_situations(*versions))
    except UnknownRulesError:
        return None
    found: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for index, values in enumerate(found):
        values["endpoints"] = {label: texts[index] for label, texts in differing[:MAX_DIFFERENCES]}
        if len(differing) > MAX_DIFFERENCES:
            values["more"] = len(differing) - MAX_DIFFERENCES
    for key, sides in (
        ("urls", [_url_templates(rules.raw.get("rules")) for rules in versions]),
        ("settings", [set(rules.parameters) for rules in versions]),
    ):
        if sides[0] != sides[1]:
            found[0][key], found[1][key] = sorted(sides[0] - sides[1]), sorted(sides[1] - sides[0])
    return found


def _differing_situations(
    old: EndpointRules, new: EndpointRules
) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    for label, settings, is_example in _situations(old, new):
        before, after = old.endpoint(settings), new.endpoint(settings)
        if before is None or after is None or before.url != after.url:
            if before is not after and not (is_example and (before is None or after is None)):
                yield label, (before and before.url, after and after.url)
            continue
        signing = [_signing(endpoint, settings["Region"]) for endpoint in (before, after)]
        if not _same_signing(*signing):
            yield (
                label,
                (f"{before.url}, signed as {_joined(signing[0])}", f"{after.url}, signed as {_joined(signing[1])}"),
            )


def _signing(endpoint: Endpoint, region: str) -> list[tuple[str, str, str]]:
    """Return how requests are signed: each scheme with its name and its region; "" for a name that is not given.

    Without a region they are signed for that of the client.
    """
    schemes = endpoint.properties.get("authSchemes") if isinstance(endpoint.properties, dict) else None
    if not isinstance(schemes, list) or not all(isinstance(scheme, dict) for scheme in schemes):
        schemes = [{"name": "sigv4"}]
    return [
        (
            str(scheme.get("name")),
            str(scheme.get("signingName") or ""),
            str(scheme.get("signingRegion") or scheme.get("signingRegionSet") or region),
        )
        for scheme in schemes
    ]


def _same_signing(one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]) -> bool:
    """Return whether two endpoints sign alike. A missing name is that of the service, which most other schemes use."""
    pairs = itertools.zip_longest(one, other, fillvalue=("", "", ""))
    return all(a[0] == b[0] and a[2] == b[2] and (a[1] == b[1] or not a[1] or not b[1]) for a, b in pairs)


def _joined(signing: list[tuple[str, str, str]]) -> str:
    return ", then ".join(f"{name or 'its own name'} in {region} ({scheme})" for scheme, name, region in signing)


def _situations(old: EndpointRules, new: EndpointRules) -> Iterator[_Situation]:
    """Yield every region, with and without FIPS and dual stack, and with each of the other settings."""
    regions = [partition[2] for partition in PARTITIONS] + list(_FURTHER_REGIONS)
    regions += [region for rules in (old, new) for region in rules.compared_values("Region")]
    required = {
        name: _examples(name, (old, new))[0]
        for name, spec in {**old.parameters, **new.parameters}.items()
        if spec.get("required") and spec.get("default") is None and name not in _BASIC_SETTINGS
    }
    for region in list(dict.fromkeys(regions))[:MAX_REGIONS]:
        for values in itertools.product((False, True), repeat=len(_FLAGS)):
            flags = dict(zip(_FLAGS, values, strict=True))
            words = [word for name, word in _FLAGS.items() if flags[name]]
            label = f"{region} with {listed_with_and(words)}" if words else region
            plain = {**required, **flags, "Region": region}
            yield _Situation(label, plain)
            for name in dict.fromkeys((*old.parameters, *new.parameters)):
                if name not in _BASIC_SETTINGS:
                    label = f"{region} with {listed_with_and([*words, name])}"
                    for value in _examples(name, (old, new), region):
                        chosen = {name: value, **_COMPANIONS.get(name, {})}
                        yield _Situation(label, {**plain, **chosen}, is_example=True)


def _examples(name: str, versions: tuple[EndpointRules, ...], region: str = "us-east-1") -> list[Any]:
    """Return values of a setting: those that rules compare it with, or an example of its kind."""
    spec: Mapping[str, Any] = next(rules.parameters[name] for rules in versions if name in rules.parameters)
    if str(spec.get("type")).lower() == "boolean":
        return [True]
    compared = [value for rules in versions for value in rules.compared_values(name)]
    if "arn" in name.lower():
        compared.append(f"arn:aws:example:{region}:{_ACCOUNT}:thing/example")
    if "account" in name.lower() and not compared:
        compared.append(_ACCOUNT)
    value: list[Any] = list(dict.fromkeys(compared)) or ["example"]
    return [value] if str(spec.get("type")).lower() == "stringarray" else value


def _url_templates(node: Any) -> set[str]:
    """Return the URLs that a rule set can return, as they are written."""
    found: set[str] = set()
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if isinstance(node.get("endpoint"), dict):
                url = node["endpoint"].get("url")
                found.add(url if isinstance(url, str) else json.dumps(url, sort_keys=True))
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return found
