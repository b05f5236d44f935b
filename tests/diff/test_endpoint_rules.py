"""What endpoint rules compare settings with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.diff.endpoint_rules import EndpointRules


def equals(*arguments: Any) -> dict[str, Any]:
    return {"fn": "stringEquals", "argv": list(arguments)}


RULES = [
    {"conditions": [equals({"ref": "Region"}, "us-east-1"), equals("b", {"ref": "Other"}, {"ref": "Region"})]},
    {"conditions": [equals({"ref": "Region", "x": 1}, "no"), equals({"ref": ["Region"]}, "no")]},
    {"rules": [{"conditions": [equals({"ref": "Region"}, "a", "us-east-1"), equals({"ref": ""}, "empty"), "text"]}]},
]


def test_texts_are_found_in_the_order_of_the_file() -> None:
    rules = EndpointRules({"rules": RULES})
    assert rules.compared_values("Region") == ("us-east-1", "b", "a")
    assert rules.compared_values("Other") == ("b",)
    assert rules.compared_values("") == ("empty",)
    assert rules.compared_values("x") == ()


def test_the_rules_are_read_once_for_all_settings() -> None:
    reads = []

    class Counted(list[Any]):
        def __reversed__(self) -> Iterator[Any]:
            reads.append(self)
            return super().__reversed__()

    rules = EndpointRules({"rules": Counted(RULES)})
    for name in ("Region", "Other", "Region"):
        rules.compared_values(name)
    assert len(reads) == 1
