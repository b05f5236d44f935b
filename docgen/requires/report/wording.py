"""The sentences that the formats share."""

from __future__ import annotations

from docgen.model.names import method_name
from docgen.requires.declared import Declaration
from docgen.requires.facts import KnownRelease
from docgen.requires.result import Result
from docgen.requires.uses import Use


def location(use: Use) -> str:
    """Return where a use is: `src/chat.py:42`, or the cell of a notebook and the line in it."""
    return f"{use.file}:cell {use.cell}:{use.line}" if use.cell else f"{use.file}:{use.line}"


def element(use: Use) -> str:
    """Return a use as code writes it: `create_fleet(Tags=…)`."""
    method = method_name(use.operation) if use.operation else ""
    match use.kind:
        case "service":
            return "client"
        case "parameter":
            shown = f"{use.path} (written {use.written})" if use.written else use.path
            return f"{method}({shown}=…)"
        case "value":
            return f'{method}({use.path}="{use.value}")'
        case "response":
            return f"{method}()→{use.path}"
        case "paginator":
            return f"paginator {method_name(use.path)}"
        case "waiter":
            return f"waiter {method_name(use.path)}"
        case "exception":
            return f"exceptions.{use.path}"
    return method


def versions(floor: KnownRelease) -> str:
    """Return both packages: `boto3>=1.34.116 (botocore>=1.34.116)`."""
    if not floor.boto3:
        return f"botocore>={floor.name}"
    return f"boto3>={floor.boto3} (botocore>={floor.name})"


def headline(result: Result) -> str:
    """Return the result in one line."""
    requirement = result.requirement
    if requirement.conflict:
        gone, newer = requirement.conflict
        end = result.facts.release(gone.until)
        since = result.facts.release(newer.since)
        return (
            f"No release has everything: {gone.service} {element(gone)} ({location(gone)}) ended with {end.name},"
            f" {newer.service} {element(newer)} ({location(newer)}) came with botocore {since.name}"
        )
    if requirement.floor is None and requirement.unknown:
        return f"No release up to botocore {newest(result)} has anything that the code uses"
    if requirement.floor is None:
        return "Nothing of boto3 or botocore is used"
    first = requirement.forced_by[0]
    others = len({location(use) for use in requirement.forced_by}) - 1
    more = f" and {others} more {'line' if others == 1 else 'lines'}" if others else ""
    listed = " (the model lists it since)" if all(use.kind == "value" for use in requirement.forced_by) else ""
    source = ", in your installed botocore, newer than these facts" if requirement.floor.is_installed else ""
    return f"{versions(requirement.floor)} because of {location(first)}{more}{listed}{source}"


def verdict(result: Result, declaration: Declaration) -> str:
    """Return the verdict on a declared version, with the line to write instead."""
    verb = "locks" if declaration.locked else "declares"
    version = result.needed[declaration]
    if not declaration.lowest:
        hint = f"; needed: {declaration.package}>={version}" if version else ""
        return f"{verb} {declaration.text} without a lower bound{hint}"
    if result.is_too_low(declaration):
        return f"{verb} {declaration.text}: too low, needed: {declaration.package}>={version}"
    return f"{verb} {declaration.text}: enough"


def missing(result: Result, use: Use) -> str:
    """Return the sentence about a name that no release has."""
    near = result.near(use)
    hint = f" (did you mean {near}?)" if near else ""
    return f"{use.service} {element(use)} is in no release up to botocore {newest(result)}{hint}"


def unlisted(result: Result, use: Use) -> str:
    """Return the sentence about a value that no release lists."""
    return (
        f"{use.service} {element(use)}: no release up to botocore {newest(result)} lists it (the service may refuse it)"
    )


def newest(result: Result) -> str:
    """Return a sentence with the newest release in the facts."""
    return result.facts.release(result.facts.end - 1).name
