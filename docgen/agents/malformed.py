"""Answers to lines that are no message of JSON-RPC. The official SDK drops them, and a client waits without end."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any

from mcp.shared.message import SessionMessage
from mcp.types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError


class AnsweringStream:
    """A stream of messages that answers malformed ones itself.

    Args:
        messages: The stream of what the client sends; an exception stands for a malformed line.
        answers: The stream of what the client gets.
    """

    def __init__(self, messages: Any, answers: Any) -> None:
        self._messages = messages
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._messages, name)

    def __aiter__(self) -> AnsweringStream:
        return self

    async def __anext__(self) -> SessionMessage:
        async for message in self._messages:
            if isinstance(message, SessionMessage):
                return message
            if (answer := malformed_answer(message)) is not None:
                await self._answers.send(SessionMessage(answer))
        raise StopAsyncIteration

    async def __aenter__(self) -> AnsweringStream:
        await self._messages.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        found: bool | None = await self._messages.__aexit__(kind, error, traceback)
        return found


def malformed_answer(error: Exception) -> JSONRPCError | None:
    """Return the answer to a malformed line, with its id if it can be read; None for an empty line."""
    problem: dict[str, Any] = {}
    if isinstance(error, ValidationError):
        problem = dict(error.errors(include_url=False, include_context=False)[0])
    line = problem.get("input")
    if isinstance(line, str) and not line.strip():
        return None
    code, message = INVALID_REQUEST, "not a message of JSON-RPC 2.0"
    content = line
    if problem.get("type") == "json_invalid":
        code, message = PARSE_ERROR, "not JSON in UTF-8 (half of a surrogate pair counts as none)"
        content = _lenient_json(str(line))
    return JSONRPCError(jsonrpc="2.0", id=_id_of(content), error=ErrorData(code=code, message=message))


def _lenient_json(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _id_of(content: Any) -> int | str | None:
    """Return the id of a request, if it is one that an answer can have."""
    found = content.get("id") if isinstance(content, dict) else None
    is_number = isinstance(found, int) and not isinstance(found, bool) and abs(found) < 1 << 63
    is_text = isinstance(found, str) and found.isprintable()
    return found if is_number or is_text else None
