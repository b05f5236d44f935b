"""Changes grouped for readers: each cause once, where a reader looks for it.

A change that affects one operation belongs to that operation; one that affects several is listed once, with their
names, and linked from each; one of the service as a whole comes first. Additions are shown in the documented block and
not repeated. Documentation changes are counted. Changes by `suppressed` rules are left to JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from docgen.diff.delta import Kind
from docgen.model.usage import Direction
from docgen.rules.change import Change, Verdict, path_text
from docgen.rules.code_lines import code_lines_text
from docgen.rules.rule import Severity
from docgen.wording import counted, first_listed, natural_key

MAX_NAMED_VALUES = 6
"""How many values of an enum a sentence names, in all or for each release; it counts the others."""

MAX_NAMED_RELEASES = 6
"""How many releases a sentence names; it counts the others."""

MAX_NAMED_OPERATIONS = 6
"""How many operations a sentence names; it counts the others."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes that one sentence reports.

    A single change; values that were added to or removed from one enum; or one error that several operations gained or
    lost, see `with_joined_errors`.
    """

    changes: tuple[Change, ...]

    @property
    def change(self) -> Change:
        """The first of the changes, which differ in the value only."""
        return self.changes[0]

    @property
    def anchor(self) -> str:
        """The HTML id of the group on a page."""
        return f"change-{self.change.fingerprint[:12]}"

    @property
    def severity(self) -> str:
        """`breaking`, `dangerous`, `safe` or `docs`."""
        return self.change.rule.severity.label

    @property
    def message(self) -> str:
        """The sentence."""
        if len(self.changes) == 1:
            return self.change.message
        deltas = [change.delta for change in self.changes]
        if deltas[0].kind is Kind.ERROR:
            return self._error_message()
        is_added = deltas[0].old is None
        names = [str(delta.new if is_added else delta.old) for delta in deltas]
        values = first_listed(names, MAX_NAMED_VALUES)
        shape = deltas[0].element_id.owner
        action = f"added to {shape}" if is_added else f"removed from {shape}"
        return f"{len(deltas)} values were {action}: {values}"

    def _error_message(self) -> str:
        """Return the sentence on an error of several operations."""
        delta, names = self.change.delta, self.operations
        action = f"can now raise {delta.new}" if delta.old is None else f"no longer list {delta.old} among their errors"
        named = first_listed(names, MAX_NAMED_OPERATIONS)
        return f"{counted(len(names), 'operation')} {action}: {named}"

    @property
    def operations(self) -> tuple[str, ...]:
        """The affected operations of all changes."""
        return tuple(dict.fromkeys(name for change in self.changes for name in change.operations))

    @property
    def names_are_cut(self) -> bool:
        """Whether the sentence counts operations that it does not name."""
        return (
            len(self.changes) > 1
            and self.change.delta.kind is Kind.ERROR
            and len(self.operations) > MAX_NAMED_OPERATIONS
        )

    def releases_text(self, releases_by_fingerprint: Mapping[str, Sequence[str]]) -> str:
        """Return the releases of the changes: `in 1.1.0`, or `a and b in 1.1.0; c in 1.2.0`; "" if none is known."""
        values: dict[tuple[str, ...], list[str]] = {}
        for change in self.changes:
            releases = tuple(releases_by_fingerprint.get(change.fingerprint, ()))
            if releases:
                delta = change.delta
                values.setdefault(releases, []).append(str(delta.new if delta.old is None else delta.old))
        if len(values) == 1:
            return f"in {_listed_releases(next(iter(values)))}"
        return "; ".join(
            f"{first_listed(names, MAX_NAMED_VALUES)} in {_listed_releases(releases)}"
            for releases, names in sorted(values.items(), key=lambda item: natural_key(item[0][0]))
        )

    @property
    def other_verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts of the other operations, which are not as bad, without suppressed ones and documentation."""
        return tuple(
            verdict
            for verdict in self.change.others
            if not verdict.rule.suppressed and verdict.rule.severity > Severity.DOCS
        )

    @property
    def other_risks(self) -> tuple[Verdict, ...]:
        """Those of `other_verdicts` that are dangerous or breaking: lists of operations to check must include them."""
        return tuple(each for each in self.other_verdicts if each.rule.severity >= Severity.DANGEROUS)

    @property
    def code_text(self) -> str:
        """The lines of code that the changes reach: `src/chat.py:42`; "" if no code was given."""
        return code_lines_text(line for change in self.changes for line in change.code)

    @property
    def others_text(self) -> str:
        """The verdicts of the other operations in one line: `Safe for DescribeStacks.`; "" if there are none."""
        return " ".join(
            f"{verdict.rule.severity.label.capitalize()} for {first_listed(verdict.operations, MAX_NAMED_OPERATIONS)}."
            for verdict in self.other_verdicts
        )

    def for_operation(self, operation: str) -> ChangeGroup:
        """Return the group with the verdict of one of its operations."""
        seen = (change.for_operations(lambda name: name == operation) for change in self.changes)
        return ChangeGroup(tuple(change for change in seen if change is not None))

    @property
    def example_path(self) -> str:
        """One path to the changed element from the first affected operation, in words; "" if there is none."""
        for operation in self.change.operations[:1]:
            return path_text(self.change.delta.element_id.service, self.change.verdict, operation)
        return ""


@dataclass(frozen=True, slots=True)
class GroupedChanges:
    """The changes of a service, each where it belongs. Every list has the worst first.

    Attributes:
        service_wide: Changes that affect the service as a whole, or no operation.
        shared: Changes that affect several operations.
        by_operation: Changes that affect one operation only, by its name.
        documentation_changes: Changes of documentation.
    """

    service_wide: tuple[ChangeGroup, ...] = ()
    shared: tuple[ChangeGroup, ...] = ()
    by_operation: Mapping[str, tuple[ChangeGroup, ...]] = field(default_factory=dict)
    documentation_changes: tuple[Change, ...] = ()

    def shared_by(self, operation: str) -> tuple[ChangeGroup, ...]:
        """Return the shared groups that affect an operation, each with the verdict of this operation, worst first."""
        groups = (group.for_operation(operation) for group in self.shared if operation in group.change.all_operations)
        shown = (group for group in groups if _is_listed(group.change))
        return tuple(sorted(shown, key=lambda group: -group.change.rule.severity))


def _listed_releases(releases: Sequence[str]) -> str:
    return first_listed(releases, MAX_NAMED_RELEASES)


def group_changes(changes: Iterable[Change]) -> tuple[ChangeGroup, ...]:
    """Group all changes except documentation and suppressed ones, in the given order. Additions are included."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        if not (change.rule.suppressed or change.delta.kind is Kind.DOCUMENTATION):
            groups.setdefault(_group_key(change), []).append(change)
    return tuple(map(ChangeGroup, map(tuple, groups.values())))


def with_joined_errors(groups: Iterable[ChangeGroup]) -> tuple[ChangeGroup, ...]:
    """Join the groups of one error that several operations gained or lost, each at the place of its first one."""
    joined: dict[tuple[object, ...], list[Change]] = {}
    for group in groups:
        change = group.change
        is_error = change.delta.kind is Kind.ERROR and len(change.operations) == 1 and not change.others
        error = change.rule.id, change.rule.severity, change.delta.old, change.delta.new
        joined.setdefault(error if is_error else (group.anchor,), []).extend(group.changes)
    return tuple(map(ChangeGroup, map(tuple, joined.values())))


def affects_all_operations(change: Change) -> bool:
    """Return whether a change of the service as a whole may affect callers of every operation."""
    return change.delta.kind is Kind.SERVICE and change.rule.severity >= Severity.DANGEROUS


def group_by_operation(changes: Iterable[Change]) -> GroupedChanges:
    """Group changes by what they affect, without additions, which the documented block shows."""
    service_wide: list[ChangeGroup] = []
    shared: list[ChangeGroup] = []
    by_operation: dict[str, list[ChangeGroup]] = {}
    documentation_changes: list[Change] = []
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        if change.rule.suppressed:
            continue
        if change.delta.kind is Kind.DOCUMENTATION:
            documentation_changes.append(change)
        elif _is_listed(change):
            groups.setdefault(_group_key(change), []).append(change)
    for group in map(ChangeGroup, map(tuple, groups.values())):
        operations = group.change.all_operations
        if not operations:
            service_wide.append(group)
        elif len(operations) == 1:
            by_operation.setdefault(operations[0], []).append(group)
        else:
            shared.append(group)
    return GroupedChanges(
        tuple(service_wide),
        tuple(shared),
        {name: tuple(own_groups) for name, own_groups in by_operation.items()},
        tuple(documentation_changes),
    )


def _group_key(change: Change) -> tuple[object, ...]:
    """Return the key of a change's group: values that were added to, or removed from, one enum share a group."""
    delta = change.delta
    if delta.kind is not Kind.ENUM_VALUE or change.related:
        return (change.fingerprint,)
    verdicts = tuple((verdict.rule.id, verdict.operations) for verdict in change.verdicts)
    return delta.old is None, delta.element_id.parent, verdicts


def _is_listed(change: Change) -> bool:
    """Return whether lists show the change: it is not suppressed, not of documentation, and no addition."""
    return not (change.rule.suppressed or change.rule.severity is Severity.DOCS or is_shown_as_addition(change))


def is_shown_as_addition(change: Change) -> bool:
    """Return whether the documented block of additions shows a change already: it is a safe addition."""
    delta = change.delta
    shown_kinds = (Kind.OPERATION, Kind.INPUT, Kind.OUTPUT, Kind.MEMBER, Kind.ENUM_VALUE)
    return delta.old is None and delta.kind in shown_kinds and change.rule.severity <= Severity.SAFE


def only_use(change: Change) -> tuple[str, str]:
    """Return the only operation that a change of a shape affects, and the path of the shape in it, or empty texts."""
    verdicts = change.sides or change.verdicts
    operations = {name for verdict in verdicts for name in verdict.operations}
    if len(operations) != 1 or len(verdicts) != 1 or change.direction not in (Direction.REQUEST, Direction.RESPONSE):
        return "", ""
    (operation,) = operations
    path = change.paths.get(operation, "")
    if change.delta.kind is Kind.MEMBER:
        path = path.rpartition(".")[0]
    return operation, f"{change.direction}{'.' * bool(path)}{path}"


def use_label(operation: str, path: str) -> str:
    """Return the only use of a shape in words: the operation, and the path unless that is its whole request."""
    return operation if path in ("", Direction.REQUEST) else f"{operation} {path}"


_NAME_KINDS = (
    *(Kind.OPERATION, Kind.INPUT, Kind.OUTPUT, Kind.ERROR, Kind.MEMBER, Kind.ENUM, Kind.ENUM_VALUE),
    *(Kind.REQUIRED, Kind.TYPE, Kind.PAGINATOR, Kind.WAITER),
)


def is_about_names(change: Change) -> bool:
    """Return whether a change adds, removes, requires, deprecates or retypes a name.

    Facts without documentation record such changes too.
    """
    delta = change.delta
    if delta.kind in (Kind.PAGINATOR, Kind.WAITER):
        return not delta.trait
    return delta.kind in _NAME_KINDS or delta.carrier == "release" or delta.trait == "deprecated"


def is_new_capability(change: Change) -> bool:
    """Return whether a change only makes more possible for callers of boto3: what worked before still does."""
    return is_shown_as_addition(change) or all(verdict.rule.profiles["boto3"] == "+" for verdict in change.verdicts)


def has_no_effect(change: Change) -> bool:
    """Return whether callers of boto3 see no difference: the change is for other clients, or boto3 handles it."""
    return all(verdict.rule.profiles["boto3"] == "-" for verdict in change.verdicts)


def count_by_severity(changes: Iterable[Change]) -> dict[str, int]:
    """Return the number of changes of each severity, worst first, without suppressed ones."""
    found = {severity.label: 0 for severity in reversed(Severity)}
    for change in changes:
        if not change.rule.suppressed:
            found[change.rule.severity.label] += 1
    return found
