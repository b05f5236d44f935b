"""Problems with clients and resources: unknown methods, exceptions, attributes, waiters and paginators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from docgen.history.explain import lookup
from docgen.history.explain.boto3_resources import (
    SERVICE_RESOURCE,
    is_collection,
    resource_types,
    types_with_attribute,
)
from docgen.history.explain.candidates import releases_with_exact_exceptions
from docgen.history.explain.messages import SdkProblem
from docgen.history.explain.parameters import RequestExplainer
from docgen.history.explain.spelling import close_spellings, equal_spelling, known_or_closest, known_or_closest_method
from docgen.history.explain.verdicts import Explanation, answers_or_none, with_verdict
from docgen.history.path_history import PathHistory
from docgen.history.python_names import CLIENT_ATTRIBUTES, TRANSFER_METHODS, method_names
from docgen.model.names import method_name
from docgen.wording import first_listed, listed, listed_with_and

_NAMED_SERVICES = 5
"""Services that a note names before it counts the rest."""

_TOKEN = re.compile(r"(?:token|marker|cursor|offset)$", re.IGNORECASE)
_BASE_CLASS = "Base"
"""The class that all clients have in common, without its suffix."""


class ClientExplainer:
    """Explains problems of clients and resources.

    Args:
        requests: Explains requests; knows the history, the text and the services that it names.
    """

    def __init__(self, requests: RequestExplainer) -> None:
        self.requests = requests
        self.history = requests.history
        self.services = requests.services

    # --- methods and exceptions ---

    def explain_attribute(self, problem: SdkProblem) -> Explanation:
        """Explain a method that a client does not have."""
        services = self.services or self.services_of_class(problem.owner, problem.name)
        if not services:
            return Explanation(problem, "no-match")
        if note := _note_on_common_attribute(problem.name, services):
            return Explanation(problem, "resource", services[:1], notes=(note,))
        methods = self.methods(services)
        spelling = problem.name
        if spelling not in {name for _, name in methods}:
            resource = self.explain_resource_of_client(problem, services)
            if resource is not None:
                return resource
            spelling = known_or_closest_method(spelling, {name for _, name in methods})
        answers = [
            answer
            for service, name in methods
            if name == spelling
            for answer in answers_or_none(self.history, service, [name])
        ]
        notes = () if problem.name == spelling else self.notes_on_other_services(problem.name, services)
        base = Explanation(
            problem, "absent", () if answers else services[:1], candidate_count=len(answers) or 1, notes=notes
        )
        return with_verdict(self.history, base, "" if notes else spelling, () if notes else answers)

    def notes_on_other_services(self, name: str, services: Sequence[str]) -> tuple[str, ...]:
        """Name the other client that has the method: `converse` is one of bedrock-runtime, not of bedrock."""
        owners = dict.fromkeys(service for service, _ in lookup.operations_by_name(self.history, (name,), ()))
        related = [owner for owner in owners if any(_are_related(owner, service) for service in services)]
        return (f"it is a method of {listed_with_and(related)}, which is another client",) if len(related) == 1 else ()

    def services_of_class(self, class_name: str, method: str) -> tuple[str, ...]:
        """Return the services whose clients have this class. `BaseClient` is the class of every service."""
        services = lookup.services_by_client_class(self.history, class_name)
        if services or class_name != _BASE_CLASS:
            return services
        mentioned = self.requests.mentioned_services()
        return mentioned or tuple(
            dict.fromkeys(service for service, _ in lookup.operations_by_name(self.history, (method,), ()))
        )

    def methods(self, services: Iterable[str]) -> dict[tuple[str, str], str]:
        """Return the operations of services by service and method. A method may have an earlier name too."""
        return {
            (service, name): operation
            for service in services
            for operation in self.history.operations(service)
            for name in method_names(service, operation)
        }

    def explain_exception(self, problem: SdkProblem) -> Explanation:
        """Explain an exception that a client does not have."""
        services = self.services or lookup.services_by_client_class(self.history, problem.owner)
        if not services:
            return Explanation(problem, "no-match")
        errors = {service: lookup.exception_names(self.history, service) for service in services}
        spelling = known_or_closest(problem.name, set().union(*errors.values()))
        service = next((service for service in services if spelling in errors[service]), services[0])
        base = Explanation(problem, "absent", (service,))
        if problem.is_complete:
            releases = releases_with_exact_exceptions(self.history, service, problem.known_names)
            base = replace(base, possible_releases=releases)
        answers = answers_or_none(self.history, service, ["error", spelling]) if spelling else ()
        return with_verdict(self.history, base, spelling, answers)

    # --- resources ---

    def explain_resource_of_client(self, problem: SdkProblem, services: Sequence[str]) -> Explanation | None:
        """Explain an attribute that a resource of boto3 has, but no client; None if no resource has it either."""
        for service in services:
            types = types_with_attribute(service, problem.name)
            if SERVICE_RESOURCE in types:
                call = f"boto3.resource({service!r}).{problem.name}"
                note = f"a client has no {problem.name!r}, the resource of boto3 has it: {call}"
                return Explanation(problem, "resource", (service,), notes=(note,))
        return None

    def explain_resource(self, problem: SdkProblem) -> Explanation:
        """Explain an attribute that a resource of boto3 does not have."""
        service = self.history.find_service(problem.owner) if problem.owner in self.history.services else ""
        if not service:
            return Explanation(problem, "no-match")
        if service not in resource_types():
            note = f"boto3 has no resources for {service}: use boto3.client({service!r})"
            return Explanation(problem, "resource", (service,), notes=(note,))
        methods = {name: operation for (_, name), operation in self.methods((service,)).items()}
        spelling = problem.name if problem.name in methods else equal_spelling(problem.name, methods)
        if spelling:
            answers = answers_or_none(self.history, service, [methods[spelling]])
            note = (
                f"{problem.owner}.{problem.owner_type} is a resource of boto3, not a client: call "
                f"boto3.client({service!r}).{spelling}(), or .meta.client.{spelling}() of the resource"
            )
            return Explanation(problem, "resource", (service,), answers, notes=(note,))
        return self.explain_resource_attribute(problem, service)

    def explain_resource_attribute(self, problem: SdkProblem, service: str) -> Explanation:
        """Explain an attribute of a resource that is no operation: of another type, of its data, or misspelled."""
        types = resource_types()[service]
        type_ = types.get(problem.owner_type)
        if is_collection(problem.owner_type):
            note = "it is a collection: iterate over it, or call all(), filter(), limit() or pages()"
            return Explanation(problem, "resource", (service,), notes=(note,))
        if type_ is not None and type_.shape:
            members = {
                method_name(member): member
                for api, _ in self.history.apis.default_spans(service)
                for _, _, shape in self.history.apis.element_versions(api, "shape", type_.shape)
                for member in shape.get("members", ())
            }
            if problem.name in members:
                answers = answers_or_none(self.history, service, [f"{type_.shape}${members[problem.name]}"])
                return with_verdict(self.history, Explanation(problem, "absent", (service,)), problem.name, answers)
        if type_ is not None and (close := close_spellings(problem.name, type_.attributes)):
            notes = (f"it has {listed_with_and(close)}",) if len(close) > 1 else ()
            return Explanation(problem, "misspelled", (service, problem.owner_type), spelling=close[0], notes=notes)
        owners = [name for name in types_with_attribute(service, problem.name) if name != problem.owner_type]
        notes = (f"{listed(owners[:_NAMED_SERVICES])} of {service} has it",) if owners else ()
        return Explanation(problem, "resource" if owners else "absent", (service,), notes=notes)

    # --- waiters and paginators ---

    def explain_waiter_or_paginator(self, problem: SdkProblem) -> Explanation:
        """Explain an unknown waiter or paginator. Similar names count only in services that the text names."""
        names = lookup.waiters_or_paginators(self.history, problem.kind)
        mentioned = self.requests.mentioned_services()
        names = [(service, name) for service, name in names if not mentioned or service in mentioned]
        known = {method_name(name) for _, name in names}
        spelling = known_or_closest(problem.name, known) if mentioned else equal_spelling(problem.name, known)
        exact = problem.name in known
        without = self.operations_without(problem, mentioned, {service for service, _ in names}, names)
        notes = self.notes_on_operations(problem, without)
        if without and not exact:
            service, operation = without[0]
            subject = (service, operation) if len(without) == 1 else ()
            return Explanation(problem, "operation", subject, candidate_count=len(without), notes=notes)
        answers = [
            answer
            for service, name in names
            if method_name(name) == spelling
            for answer in answers_or_none(self.history, service, [problem.kind, name])
        ]
        base = Explanation(problem, "absent", candidate_count=len(answers) or 1, notes=notes)
        return with_verdict(self.history, base, spelling, answers)

    def operations_without(
        self, problem: SdkProblem, mentioned: Sequence[str], services: set[str], names: Sequence[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Return the operations of this name that never had a paginator: service and operation."""
        if problem.kind != "paginator":
            return []
        method = problem.name.replace("-", "_")
        paginated = {(service, method_name(name)) for service, name in names if service in services}
        found = lookup.operations_by_name(self.history, {problem.name, method}, mentioned)
        return [
            (service, operation) for service, operation in found if (service, method_name(operation)) not in paginated
        ]

    def notes_on_operations(self, problem: SdkProblem, operations: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Say for each operation what to do without a paginator."""
        notes = []
        for service, operation in operations[:_NAMED_SERVICES]:
            token = self.token_parameter(service, operation)
            how = f"call it again with {token} until the response has no such token" if token else "call it once"
            notes.append(f"{service} {operation} has no {problem.kind} in any release: {how}")
        if len(operations) > _NAMED_SERVICES:
            rest = [service for service, _ in operations[_NAMED_SERVICES:]]
            notes.append(f"so have {first_listed(rest, 20)}")
        return tuple(notes)

    def token_parameter(self, service: str, operation: str) -> str:
        """Return the parameter with which the next page of an operation is requested; empty if there is none."""
        names: dict[str, None] = {}
        for api, spans in self.history.apis.default_spans(service):
            paths = PathHistory(self.history, api, spans)
            names.update(paths.member_names(paths.root_references(operation, "request")))
        return next((name for name in names if _TOKEN.search(name) and "client" not in name.lower()), "")


def _note_on_common_attribute(name: str, services: Sequence[str]) -> str:
    """Explain an attribute that clients have without an operation; empty for all others."""
    if name in CLIENT_ATTRIBUTES:
        return f"every client has {name!r}: the object is no client, or the type stubs are old"
    if "s3" in services and name in TRANSFER_METHODS:
        return f"boto3 adds {name!r} to its clients of s3, botocore has none: use boto3.client('s3')"
    return ""


def _are_related(service: str, other: str) -> bool:
    """Return whether the names of two services begin with the same word, such as bedrock and bedrock-runtime."""
    return service != other and service.split("-")[0] == other.split("-")[0]
