"""Parameters that have another name in Python than in the model, which messages may mix up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docgen.history.explain.messages import SdkProblem
from docgen.history.explain.verdicts import Explanation
from docgen.history.history import History
from docgen.model.customizations import BOTOCORE, parameters_called, renamed_parameters
from docgen.model.paths import MemberPath


def in_model_names(problem: SdkProblem) -> Iterator[SdkProblem]:
    """Yield the problem in the names of models, if its path begins with a name that Python gives a parameter.

    botocore's validator writes the name of the model, people write that of Python.
    """
    written = problem.path[0] if problem.path else problem.name
    for parameter in dict.fromkeys(row.parameter for row in parameters_called(written)):
        path = (parameter, *problem.path[1:]) if problem.path else ()
        yield replace(problem, path=path, name=parameter if problem.name == written else problem.name)


def name_notes(history: History, subject: Sequence[str]) -> Iterator[str]:
    """Yield a note on both names of the parameter that the terms of a subject name, if it has two."""
    if len(subject) != 4 or history.newest.package != BOTOCORE:
        return
    service, operation, _, path = subject
    for row in renamed_parameters(service, operation).values():
        if row.parameter == MemberPath.parse(path)[0]:
            yield f"boto3 calls the parameter {row.name} since botocore {row.since}; the model says {row.parameter}"


def explain_alias_conflict(history: History, problem: SdkProblem) -> Explanation:
    """Explain a call that has both names of a parameter."""
    services = [
        row.service
        for row in parameters_called(problem.name)
        if (row.parameter,) == problem.known_names
        and row.service in history.services
        and row.concerns(problem.owner)
        and problem.owner in history.operations(row.service)
    ]
    if not services:
        return Explanation(problem, "no-match")
    (original,) = problem.known_names
    return Explanation(
        problem,
        "unchanged",
        (services[0], problem.owner, "request", original),
        candidate_count=len(services),
        notes=(
            f"{original} is the name of the model for {problem.name}",
            f"upgrading does not help: pass only {problem.name}",
        ),
    )
