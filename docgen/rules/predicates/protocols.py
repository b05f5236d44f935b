"""Predicates about the protocol and the API version of the two models."""

from __future__ import annotations

from docgen.model.protocol import boto3_protocol
from docgen.rules.context import DeltaInContext
from docgen.rules.predicates.registry import predicate


@predicate
def keeps_query_error_codes(context: DeltaInContext) -> bool:
    """Return whether one version speaks the query protocol, and the other is compatible with its error codes."""
    old, new = context.old_service, context.new_service
    return any(
        "awsQueryCompatible" in one.metadata and boto3_protocol(other) == "query" and protocol_changed(context)
        for one, other in ((old, new), (new, old))
    )


@predicate
def same_boto3_protocol(context: DeltaInContext) -> bool:
    """Return whether boto3 uses the same protocol with both models."""
    return boto3_protocol(context.old_service) == boto3_protocol(context.new_service)


@predicate
def api_version_changed(context: DeltaInContext) -> bool:
    """Return whether the two models have different API versions, so that the old one remains available."""
    return context.old_service.api_version != context.new_service.api_version


@predicate
def protocol_changed(context: DeltaInContext) -> bool:
    """Return whether the service has another protocol, both in the model and for boto3."""
    old, new = context.old_service, context.new_service
    return old.metadata.get("protocol") != new.metadata.get("protocol") and not same_boto3_protocol(context)
