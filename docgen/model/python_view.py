"""A model as callers in Python see it: with what botocore changes in code.

This is the only place that applies the table of `docgen.model.customizations` to a model. The result is a model again,
for pages to show: comparisons, rules and histories read the model as it is in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape

from docgen.model.customizations import Customization, customizations
from docgen.model.names import method_name
from docgen.model.paths import contained_shapes
from docgen.model.protocol import request_name
from docgen.model.service import DescribedShape, Member, Operation, PythonCall, Service, Shape


def python_view(service: Service, name: str, package: str, release: str) -> Service:
    """Return a model as it is called from Python; the same object if botocore changes nothing.

    In the input of an operation, a renamed parameter has its Python name as its key, and `Member.name` keeps that of
    the model.

    Args:
        service: The model.
        name: SDK name of the service.
        package: Name of the package with the model, or empty.
        release: Name of its release.
    """
    rows = () if service.traits.get("smithy") else customizations(name, package, release)
    return _View(service, rows).view() if rows else service


def depends_on_other_operations(name: str, package: str, release: str) -> bool:
    """Return whether the view of an operation depends on what other operations of its service send.

    Args:
        name: SDK name of the service.
        package: Name of the package with the model, or empty.
        release: Name of its release.
    """
    return any(_is_about_responses(row) for row in customizations(name, package, release))


def _is_about_responses(row: Customization) -> bool:
    return row.kind == "described" and bool(row.shapes) and row.direction == "response"


class _View:
    """Applies rows of the table to a model."""

    def __init__(self, service: Service, rows: Sequence[Customization]) -> None:
        self.service = service
        self.rows = rows
        self.shapes = dict(service.shapes)

    def view(self) -> Service:
        """Return the whole model with what the rows say about requests and responses."""
        for row in self.rows:
            if _is_about_responses(row):
                self.describe_in_responses(row)
        operations = {name: self.operation(operation) for name, operation in self.service.operations.items()}
        return replace(self.service, operations=operations, shapes=self.shapes)

    def operation(self, operation: Operation) -> Operation:
        """Return an operation with its request and its response."""
        rows = [row for row in self.rows if row.concerns(operation.name)]
        request = [row for row in rows if row.direction == "request"]
        changed_input = self.root(operation, operation.input, request) if operation.input else None
        response = [row for row in rows if row.direction == "response" and row.parameter]
        changed_output = self.root(operation, operation.output, response) if operation.output else None
        known = self.service.shape(operation.input).members if operation.input else {}
        call = PythonCall(
            unwritten=frozenset(row.parameter for row in request if row.kind == "unwritten" and row.parameter in known),
            hidden=tuple(row.parameter for row in request if row.kind == "hidden" and row.parameter in known),
            aliases=tuple(row.alias for row in rows if row.kind == "method"),
            has_method=all(row.kind != "missing-method" for row in rows),
        )
        if (call, changed_input, changed_output) == (PythonCall(), operation.input, operation.output):
            return operation
        return replace(
            operation,
            input=changed_input,
            output=changed_output,
            documentation=operation.documentation + "".join(_operation_notes(operation, call, rows)),
            call=call,
        )

    def root(self, operation: Operation, root: Member, rows: Sequence[Customization]) -> Member:
        """Return the input or the output, with another shape if any row is about its members."""
        shape = self.shapes[root.target]
        rows = [row for row in rows if row.parameter in shape.members or not row.shapes.isdisjoint(shape.targets)]
        if not rows:
            return root
        members: dict[str, Member] = {}
        for name, member in shape.members.items():
            about = [row for row in rows if row.parameter == name or member.target in row.shapes]
            for key, changed in self.member(name, member, about):
                members[key] = changed
        # Under a key of its own, because other operations may share the shape, and with its name, because a shape
        # that contains itself is recognized by that.
        key = f"{root.target} of {operation.name}"
        self.shapes[key] = replace(shape, members=members)
        return replace(root, target=key)

    def member(self, name: str, member: Member, rows: Sequence[Customization]) -> Iterator[tuple[str, Member]]:
        """Yield what a member becomes, each with its name in Python: nothing, one member, or two."""
        after: list[tuple[str, Member]] = []
        changed = member
        for row in rows:
            match row.kind:
                case "hidden":
                    return
                case "renamed":
                    name = row.name
                    changed = self.with_note(changed, self.rename_note(row, member))
                case "unwritten":
                    traits = {key: value for key, value in changed.traits.items() if key != "required"}
                    changed = self.with_note(replace(changed, traits=traits), row.note)
                case "described":
                    target = self.described_shape(row, changed.target)
                    changed = replace(self.with_note(changed, row.note), target=target)
                case "added":
                    after.append((row.name, self.added_member(row)))
                case "noted":
                    changed = self.with_note(changed, row.note)
        yield name, changed
        yield from after

    def with_note(self, member: Member, note: str) -> Member:
        """Return a member whose documentation ends with a note."""
        return replace(member, documentation=f"{self.service.documentation_of(member)}<p>{note}</p>")

    def rename_note(self, row: Customization, member: Member) -> str:
        """Return the note on a renamed parameter."""
        python, model = f"<code>{escape(row.name)}</code>", f"<code>{escape(row.parameter)}</code>"
        wire = request_name(member, self.service)
        others = (
            f"the model and the wire say {model}"
            if wire == row.parameter
            else f"the model says {model}, the wire <code>{escape(wire)}</code>"
        )
        return f"boto3 calls this {python}; {others}. boto3 accepts the name of the model too."

    def described_shape(self, row: Customization, target: str) -> str:
        """Return the key of a shape with the type and the example that botocore documents."""
        key = f"{target} as {row.type}"
        shape = self.service.shapes[target]
        self.shapes[key] = DescribedShape(shape.name, row.type, documentation=shape.documentation, example=row.value)
        return key

    def added_member(self, row: Customization) -> Member:
        """Return a member that only botocore knows."""
        key = f"{row.name} of botocore"
        self.shapes[key] = Shape(row.name, "string", documentation=f"<p>{row.note}</p>")
        return Member(row.name, key, {}, None)

    def describe_in_responses(self, row: Customization) -> None:
        """Describe the members of all structures that only responses contain, and that target a shape of the row."""
        sent: set[str] = set()
        for operation in self.service.operations.values():
            if operation.input:
                sent |= contained_shapes(self.service.shapes.get, operation.input.target)
        for name, shape in self.service.shapes.items():
            if shape.type == "structure" and name not in sent and not row.shapes.isdisjoint(shape.targets):
                self.shapes[name] = replace(shape, members=dict(self._described_members(row, shape.members)))

    def _described_members(self, row: Customization, members: Mapping[str, Member]) -> Iterator[tuple[str, Member]]:
        for name, member in members.items():
            found = list(self.member(name, member, (row,))) if member.target in row.shapes else [(name, member)]
            yield from found


def _operation_notes(operation: Operation, call: PythonCall, rows: Sequence[Customization]) -> Iterator[str]:
    """Yield the notes on an operation as a whole, in the HTML of models."""
    method = method_name(operation.name)
    for row in rows:
        if row.kind == "hidden" and row.parameter in call.hidden:
            text = f"The documentation of boto3 leaves out <code>{escape(row.parameter)}</code>: {row.note}"
        elif row.kind == "method":
            text = (
                f"Before botocore {row.since}, this method is <code>{row.alias}</code>, a name that still works; "
                f"<code>{method}</code> does since then."
            )
        elif row.kind == "missing-method":
            text = (
                f"Clients of boto3 have no method <code>{method}</code>: the operation needs HTTP/2, which botocore "
                "does not speak."
            )
        else:
            continue
        yield f"<note><p>{text}</p></note>"
