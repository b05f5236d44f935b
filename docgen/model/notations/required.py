"""A model reduced to what requests need: the short form of a request that is too long for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from docgen.model.service import Member, Service, Shape


def required_only(service: Service) -> Service:
    """Return a model whose structures have nothing but their required members.

    A union keeps its first member, because it needs one. Outputs of operations are not reduced.
    """
    outputs = {operation.output.target for operation in service.operations.values() if operation.output is not None}
    shapes = {
        name: replace(shape, members=_required_members(shape))
        if shape.type == "structure" and name not in outputs
        else shape
        for name, shape in service.shapes.items()
    }
    return replace(service, shapes=shapes)


def _required_members(shape: Shape) -> Mapping[str, Member]:
    if shape.traits.get("union"):
        return dict(list(shape.members.items())[:1])
    return {name: member for name, member in shape.members.items() if member.required}
