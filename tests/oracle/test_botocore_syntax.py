"""The documented format compared with botocore's own generator: every operation of every service, or a fixed sample.

By default a tenth of the services of botocore 1.44.5 and 1.12.83 and the hardest operations are compared, with
`DOCGEN_FULL=1` all. Syntax blocks must be equal character for character; lists in order, path, depth, name, type and
required mark; and every row must have the documentation string that botocore has there. (`test_botocore_markup` checks
that the words of each string are shown as botocore shows them.)
"""

from __future__ import annotations

import ast
import json
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import oracle
import pytest
from botocore.docs.bcdoc.restdoc import ReSTDocument
from conftest import FULL, newest_models_in

from docgen.model.parse import parse
from docgen.model.rows import Row
from docgen.model.syntax import OperationSyntax, operation_syntax

HARDEST = {
    "accessanalyzer": ("CreateAccessPreview",),
    "amplifyuibuilder": ("CreateComponent",),
    "apigatewayv2": ("ExportApi", "GetIntegrations"),
    "bedrock-agent-runtime": ("InvokeInlineAgent", "InvokeFlow"),
    "bedrock-agentcore-control": ("UpdateMemory",),
    "bedrock-runtime": ("Converse", "ConverseStream", "InvokeModelWithBidirectionalStream"),
    "cloudfront": ("CreateDistribution",),
    "config": ("BatchGetResourceConfig",),
    "connectcases": ("CreateCaseRule",),
    "dynamodb": ("TransactWriteItems", "BatchGetItem"),
    "ec2": ("RunInstances", "RequestSpotFleet", "CreateFleet", "GetSpotPlacementScores"),
    "fsx": ("CopySnapshotAndUpdateVolume",),
    "healthlake": ("UpdateProfileWithAgent",),
    "iottwinmaker": ("CreateEntity",),
    "kinesis": ("SubscribeToShard",),
    "lambda": ("Invoke",),
    "lex-runtime": ("PostContent",),
    "lexv2-models": ("UpdateIntent", "CreateIntent"),
    "lexv2-runtime": ("StartConversation",),
    "location": ("BatchPutGeofence",),
    "logs": ("CreateExportTask", "StartLiveTail", "GetLogObject"),
    "mediaconvert": ("CreateJob",),
    "medialive": ("CreateChannel",),
    "mturk": ("ListHITsForQualificationType",),
    "polly": ("StartSpeechSynthesisStream",),
    "qbusiness": ("Chat",),
    "quicksight": ("CreateTemplate", "DescribeDashboardDefinition"),
    "s3": ("SelectObjectContent",),
    "sagemaker-geospatial": ("StartEarthObservationJob",),
    "securityhub": ("GetFindings", "BatchImportFindings"),
    "signin": ("CreateOAuth2Token",),
    "ssm": ("CreateAssociationBatch",),
    "wafv2": ("CreateWebACL", "PutLoggingConfiguration", "CheckCapacity"),
}
"""Operations with rare features: the deepest, the largest, every kind of stream, document, union and recursion."""

AUTOPOPULATED = "This field is autopopulated if not provided."
UNION = (
    ".. note:: This is a Tagged Union structure. Only one of the following top level keys {verb} be set: {keys}. {more}"
)
UNKNOWN = (
    "If a client receives an unknown member it will set ``SDK_UNKNOWN_MEMBER`` as the top level key, which maps to the "
    "name or tag of the unknown member. The structure of ``SDK_UNKNOWN_MEMBER`` is as follows "
    ":: 'SDK_UNKNOWN_MEMBER': {'name': 'UnknownMemberName'}"
)

KEYWORD_ARGUMENT = re.compile(r"^( {4})\*\*\{'(\w+)': (.*)\}(?=,?$)", re.MULTILINE)
"""An argument whose name is a keyword of Python, and its value on one line."""


class Tally:
    """Counts of what was compared, for the summary."""

    def __init__(self) -> None:
        self.operations = self.rows = 0
        self.ours = self.theirs = 0.0

    def __str__(self) -> str:
        return (
            f"{self.operations:,} operations, {self.rows:,} rows equal; CPU {self.ours:.1f} s ours, "
            f"{self.theirs:.1f} s botocore's ({self.theirs / max(self.ours, 0.001):.0f} times)"
        )


@pytest.mark.parametrize("release", ["1.44.5", "1.12.83"])
def test_operations_are_documented_as_botocore_documents_them(
    release: str, botocore_wheel: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    tally = Tally()
    for service, data in newest_models_in(botocore_wheel(release)).items():
        names = chosen(service, json.loads(data)["operations"])
        if names:
            compare(service, data, names, tally)
    record_property("compared", str(tally))
    print(f"\nbotocore {release}: {tally}")
    assert tally.operations > (5_000 if FULL else 200)


def chosen(service: str, operations: Iterable[str]) -> list[str]:
    """Return the operations to compare: all, or those of a fixed tenth of the services and the hardest."""
    if FULL or (zlib.crc32(service.encode()) % 10 == 0 and service != "quicksight"):
        return list(operations)
    return [name for name in HARDEST.get(service, ()) if name in operations]


def compare(service: str, data: bytes, names: list[str], tally: Tally) -> None:
    started = time.process_time()
    model = parse(data, service)
    ours = {name: operation_syntax(model, model.operations[name]) for name in names}
    tally.ours += time.process_time() - started
    started = time.process_time()
    for theirs in oracle.operations(json.loads(data), service, names):
        tally.theirs += time.process_time() - started
        check(f"{service}.{theirs.operation}", ours.pop(theirs.operation), theirs, tally)
        started = time.process_time()
    assert not ours


def check(where: str, ours: OperationSyntax, theirs: oracle.OracleOperation, tally: Tally) -> None:
    assert ours.method == theirs.method, where
    assert botocore_call(ours.request_syntax) == theirs.request_syntax, where
    assert ours.response_syntax == theirs.response_syntax, where
    assert ours.event_stream == theirs.event_stream, where
    for side in ("parameters", "response"):
        for mine, expected in zip(getattr(ours, side), getattr(theirs, side), strict=True):
            assert facts(mine) == facts(expected), f"{where} {side} {expected.path}"
            assert joined_words(expected.documentation) == expected_rst(mine.documentation), (
                f"{where} {side} {mine.path}"
            )
            tally.rows += 1
    tally.operations += 1


def botocore_call(call: str) -> str:
    """Return a call as botocore writes it without handlers: `from=123`, which is not Python, for `**{'from': 123}`."""
    written = KEYWORD_ARGUMENT.sub(r"\1\2=\3", call)
    if written != call:
        ast.parse(call)
    return written


def facts(row: Row | oracle.OracleRow) -> tuple[Any, ...]:
    return row.path, row.name, row.type, row.required, row.depth


def joined_words(text: str) -> str:
    # The example below a union starts on the line of the sentence or on the next, whatever the depth.
    return " ".join(text.split()).replace("follows ::", "follows::")


@cache
def expected_rst(documentation: str) -> str:
    """Return what botocore writes for the documentation of a row, without the notes that the format adds."""
    documentation, union, keys = documentation.partition("<note><p>This is a Tagged Union structure.")
    documentation, token, _ = documentation.partition(f"<p>{AUTOPOPULATED}</p>")
    parts = [botocores(documentation) + (AUTOPOPULATED if token else "")]
    if union:
        names = ", ".join(f"``{name}``" for name in code_spans(keys.partition("set: ")[2].partition(".")[0]))
        sent = "can be set" in keys
        parts.append(UNION.format(verb="can" if sent else "will", keys=names, more="" if sent else UNKNOWN))
    return joined_words("".join(parts))


def code_spans(html: str) -> Iterator[str]:
    for span in html.split(", "):
        yield span.removeprefix("<code>").removesuffix("</code>")


def botocores(documentation: str) -> str:
    """Return a documentation string as botocore writes it into an empty document."""
    document = ReSTDocument(target="html")
    document.include_doc_string(documentation)
    text: str = document.getvalue().decode()
    return text
