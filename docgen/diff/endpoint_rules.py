"""Endpoint rules: the program that turns a region and other settings into the URL of a service.

This is the rule language of `endpoint-rule-set-1.json`, evaluated as botocore does. A test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

PARTITIONS: tuple[tuple[str, str, str, str, str], ...] = (
    # name, pattern of its regions, region of its global services, domain, domain of dual stack
    ("aws", r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", "us-east-1", "amazonaws.com", "api.aws"),
    ("aws-cn", r"cn-\w+-\d+", "cn-northwest-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    ("aws-eusc", r"eusc-(de)-\w+-\d+", "eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu"),
    ("aws-iso", r"us-iso-\w+-\d+", "us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"),
    ("aws-iso-b", r"us-isob-\w+-\d+", "us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud"),
    ("aws-iso-e", r"eu-isoe-\w+-\d+", "eu-isoe-west-1", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    ("aws-iso-f", r"us-isof-\w+-\d+", "us-isof-south-1", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ("aws-us-gov", r"us-gov-\w+-\d+", "us-gov-west-1", "amazonaws.com", "api.aws"),
)
"""The partitions of AWS, from botocore's `partitions.json`. Every one supports FIPS and dual stack."""

_GLOBAL_REGIONS = {f"{name}-global": name for name, *_ in PARTITIONS}
_MAX_STEPS = 3_000_000
_MAX_TEXT_LENGTH = 10_000
_TEMPLATE = re.compile(r"\{([A-Za-z]+)((?:#[A-Za-z]+)*)\}")
_ATTRIBUTE = re.compile(r"(\w*)\[(\d+)\]")
_HOST_LABEL = re.compile(r"(?!-)[A-Za-z\d-]{1,63}(?<!-)")
_IP_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


class Endpoint(NamedTuple):
    """Where requests are sent, and with which properties, such as how they are signed."""

    url: str
    properties: Any


class UnknownRulesError(Exception):
    """A rule set is malformed, too large, or has functions that docgen does not know."""


@dataclass
class EndpointRules:
    """A rule set.

    Attributes:
        raw: The decoded file.
        steps: How many conditions were evaluated; their number is limited.
    """

    raw: Mapping[str, Any]
    steps: int = 0

    @cached_property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The settings that the rules have, by name."""
        found = self.raw.get("parameters")
        return found if isinstance(found, dict) and all(isinstance(spec, dict) for spec in found.values()) else {}

    def endpoint(self, settings: Mapping[str, Any]) -> Endpoint | None:
        """Return the endpoint for some settings, or None if the rules refuse them.

        Raises:
            UnknownRulesError: The rules cannot be evaluated.
        """
        scope = {}
        for name, spec in self.parameters.items():
            value = settings.get(name, spec.get("default"))
            if value is None and spec.get("required"):
                return None
            if value is not None:
                scope[name] = value
        try:
            return self._first_endpoint(self.raw["rules"], scope)
        except _RefusedError:
            return None
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise UnknownRulesError(str(error)) from None

    def compared_values(self, name: str) -> tuple[str, ...]:
        """Return the texts with which the rules compare the setting called `name`, in the order of the file."""
        return tuple(self._compared_values.get(name, ()))

    @cached_property
    def _compared_values(self) -> Mapping[str, Mapping[str, None]]:
        """The texts with which the rules compare each setting, found in one walk. Each is asked for often."""
        return _compared_texts(self.raw.get("rules"))

    def _first_endpoint(self, rules: Any, scope: dict[str, Any]) -> Endpoint | None:
        for rule in rules:
            inner = dict(scope)
            if not all(self._holds(condition, inner) for condition in rule["conditions"]):
                continue
            match rule["type"]:
                case "endpoint":
                    properties = self._resolved(rule["endpoint"].get("properties", {}), inner)
                    return Endpoint(str(self._value(rule["endpoint"]["url"], inner)), properties)
                case "tree":
                    found = self._first_endpoint(rule["rules"], inner)
                    if found is not None:
                        return found
                case "error":
                    raise _RefusedError
                case other:
                    raise UnknownRulesError(f"rules of type {other!r}")
        return None

    def _holds(self, condition: Any, scope: dict[str, Any]) -> bool:
        result = self._called(condition, scope)
        return result is not None and result is not False

    def _called(self, call: Mapping[str, Any], scope: dict[str, Any]) -> Any:
        self.steps += 1
        if self.steps > _MAX_STEPS:
            raise UnknownRulesError("too many rules")
        function = _FUNCTIONS.get(call["fn"])
        if function is None:
            raise UnknownRulesError(f"the function {call['fn']!r}")
        result = function(*[self._value(argument, scope) for argument in call["argv"]])
        if "assign" in call:
            scope[call["assign"]] = result
        return result

    def _resolved(self, value: Any, scope: dict[str, Any]) -> Any:
        """Return a value with all templates inside it filled in."""
        if isinstance(value, dict):
            return {key: self._resolved(inner, scope) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._resolved(inner, scope) for inner in value]
        return self._value(value, scope)

    def _value(self, value: Any, scope: dict[str, Any]) -> Any:
        if isinstance(value, dict):
            if "fn" in value:
                return self._called(value, scope)
            if "ref" in value:
                return scope.get(value["ref"])
        if isinstance(value, str) and "{" in value:
            text = _TEMPLATE.sub(lambda match: str(_scope_value(scope, match[1], match[2])), value)
            if len(text) > _MAX_TEXT_LENGTH:  # assigned again and again, a text doubles each time
                raise UnknownRulesError("a very long text")
            return text
        return value


class _RefusedError(Exception):
    """The rules lead to an error instead of a URL."""


def _scope_value(scope: Mapping[str, Any], name: str, keys: str) -> Any:
    if name not in scope:
        raise _RefusedError  # botocore fails too: a URL needs the setting
    value = scope[name]
    for key in keys.split("#")[1:]:
        value = value[key]
    return value


def _compared_texts(node: Any) -> Mapping[str, Mapping[str, None]]:
    """Return the texts that are arguments of a function together with a setting, by the name of the setting."""
    found: dict[str, dict[str, None]] = {}
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            arguments = node.get("argv")
            if isinstance(arguments, list):
                texts = dict.fromkeys(each for each in arguments if isinstance(each, str))
                for name in map(_setting_name, arguments):
                    if name is not None and texts:
                        found.setdefault(name, {}).update(texts)
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(reversed(node))
    return found


def _setting_name(argument: Any) -> str | None:
    """Return the name of the setting to which an argument refers; None if it is something else."""
    name = argument.get("ref") if isinstance(argument, dict) and len(argument) == 1 else None
    return name if isinstance(name, str) else None


# --- functions --------------------------------------------------------------------------------------------------------


def _get_attribute(value: Any, path: str) -> Any:
    for part in path.split("."):
        match = _ATTRIBUTE.fullmatch(part)
        if match is None:
            value = value[part]
            continue
        items = value[match[1]] if match[1] else value
        return items[int(match[2])] if items is not None and int(match[2]) < len(items) else None
    return value


@lru_cache(maxsize=1000)
def _partition(region: str | None) -> Mapping[str, Any]:
    named = next((p for p in PARTITIONS if region is not None and re.match(f"^{p[1]}$", region)), None)
    if named is None:
        wanted = _GLOBAL_REGIONS.get(region or "", "aws")
        named = next(partition for partition in PARTITIONS if partition[0] == wanted)
    name, _, implicit, suffix, dual_stack = named
    return {
        "name": name,
        "dnsSuffix": suffix,
        "dualStackDnsSuffix": dual_stack,
        "supportsFIPS": True,
        "supportsDualStack": True,
        "implicitGlobalRegion": implicit,
    }


def _parsed_arn(value: str | None) -> dict[str, Any] | None:
    parts = (value or "").split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        return None
    keys = ("partition", "service", "region", "accountId")
    return {**dict(zip(keys, parts[1:5], strict=True)), "resourceId": parts[5].replace(":", "/").split("/")}


def _parsed_url(value: str | None) -> dict[str, Any] | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or parts.query:
        return None
    path = quote(parts.path or "/")
    return {
        "scheme": parts.scheme,
        "authority": parts.netloc,
        "path": parts.path,
        "normalizedPath": path if path.endswith("/") else f"{path}/",
        "isIp": parts.netloc.startswith("[") or _IP_ADDRESS.fullmatch(parts.hostname or "") is not None,
    }


def _is_host_label(value: str | None, allow_subdomains: bool) -> bool:
    labels = [] if value is None else value.split(".") if allow_subdomains else [value]
    return bool(labels) and all(_HOST_LABEL.fullmatch(label) for label in labels)


def _is_bucket_host(value: str | None, allow_subdomains: bool) -> bool:
    if value is None or len(value) < 3 or value.lower() != value or _IP_ADDRESS.fullmatch(value):
        return False
    return _is_host_label(value, allow_subdomains)


def _substring(value: str, start: int, stop: int, reverse: bool) -> str | None:
    if not isinstance(value, str):
        raise _RefusedError
    if start >= stop or len(value) < stop or not value.isascii():
        return None
    return value[len(value) - stop : len(value) - start] if reverse else value[start:stop]


def _equal(type_: type) -> Callable[[Any, Any], bool]:
    def equal(one: Any, other: Any) -> bool:
        if not (isinstance(one, type_) and isinstance(other, type_)):
            raise _RefusedError
        return bool(one == other)

    return equal


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "isSet": lambda value: value is not None,
    "not": lambda value: not value,
    "getAttr": _get_attribute,
    "stringEquals": _equal(str),
    "booleanEquals": _equal(bool),
    "isValidHostLabel": _is_host_label,
    "substring": _substring,
    "uriEncode": lambda value: None if value is None else quote(value, safe="-_.~"),
    "parseURL": _parsed_url,
    "aws.partition": _partition,
    "aws.parseArn": _parsed_arn,
    "aws.isVirtualHostableS3Bucket": _is_bucket_host,
}
