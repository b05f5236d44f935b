"""Reads a service, its paginators and its waiters from the bytes of a Smithy AST."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from docgen.model.parse import ModelParser
from docgen.model.service import Service
from docgen.model.smithy.ast import Ast, AstShape, read_ast
from docgen.model.smithy.closure import operations_of
from docgen.model.smithy.metadata import metadata_of
from docgen.model.smithy.mixins import Shapes
from docgen.model.smithy.operations import OperationWriter
from docgen.model.smithy.paginators import paginators
from docgen.model.smithy.protocols import TRAITS as PROTOCOLS
from docgen.model.smithy.protocols import protocol_of
from docgen.model.smithy.shapes import ShapeWriter
from docgen.model.smithy.traits import common_traits, documentation_of
from docgen.model.smithy.waiters import waiters
from docgen.model.strict_json import quote

MODEL, PAGINATORS, WAITERS = "service-2.json", "paginators-1.json", "waiters-2.json"
FILES = (MODEL, PAGINATORS, WAITERS)
"""The files of botocore that a service of an AST corresponds to."""


def read_service(data: bytes, location: str, service: str = "") -> Service:
    """Read a service of a Smithy AST. `service` is its shape id; it may be omitted if the file has one service.

    Raises `ModelError` with the file's `location` and a JSON pointer.
    """
    return ModelParser(location).parse_service(read_documents(data, location, service)[MODEL])


def read_documents(data: bytes, location: str, service: str = "") -> dict[str, dict[str, Any]]:
    """Read a service as decoded `service-2.json`, `paginators-1.json` and `waiters-2.json`."""
    shapes = Shapes(read_ast(data, location))
    return documents_of(shapes, service or _only_service(shapes.ast))


def documents_of(shapes: Shapes, service: str) -> dict[str, dict[str, Any]]:
    """Convert a service of a decoded file."""
    ast = shapes.ast
    shape = shapes.of_type("service", service, ("shapes", service))
    operations = operations_of(shape, shapes)
    return {
        MODEL: _model(ast, shape, shapes, operations),
        PAGINATORS: paginators(ast, shape, operations.values()),
        WAITERS: waiters(ast, operations.values()),
    }


def encode(document: Mapping[str, Any]) -> bytes:
    """Encode a document as JSON."""
    try:
        return orjson.dumps(document)
    except TypeError:  # an integer beyond 64 bits
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _only_service(ast: Ast) -> str:
    services = ast.services()
    if not services:
        ast.fail(("shapes",), "no service in this Smithy model")
    if len(services) > 1:
        ast.fail(("shapes",), f"{len(services)} services, expected one: {', '.join(map(quote, services[:3]))}")
    return services[0]


def _model(ast: Ast, service: AstShape, shapes: Shapes, operations: Mapping[str, AstShape]) -> dict[str, Any]:
    protocol = protocol_of(service.traits)
    shape_writer = ShapeWriter(shapes, service, protocol)
    operation_writer = OperationWriter(shape_writer, operations)
    shape_writer.find(operation_writer.starts())
    traits = {key: value for key, value in service.traits.items() if key not in PROTOCOLS}
    document = {
        "version": "2.0",
        "smithy": True,
        "metadata": metadata_of(ast, service, protocol),
        "operations": operation_writer.write(),
        "shapes": shape_writer.write(),
        **common_traits(ast, traits, service.at),
    }
    documentation = documentation_of(ast, service.traits, service.at)
    return {**document, "documentation": documentation} if documentation else document
