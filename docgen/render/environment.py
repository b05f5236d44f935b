"""Jinja as docgen uses it: the same pages in less time.

A reference has 50,000 pages with a hundred names and ten calls of macros each, so what Jinja does for every name, call
and page counts. Nothing changes in what a template may say or means. Jinja's own methods handle all unusual cases.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from types import MethodType
from typing import Any

from jinja2 import Environment, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from jinja2.runtime import Context, Macro

from docgen.render.escaping import escape_output


class _OutputGenerator(CodeGenerator):
    """Compiles `{{ … }}` of a template that escapes to a call of `escape_output`."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escape_output(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _PageContext(Context):
    """Calls macros and methods of views directly. Jinja first checks which context the callee wants to receive."""

    def call(self, callee: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return what `callee` returns."""
        kind = type(callee)
        if kind is not Macro and kind is not MethodType:
            return super().call(callee, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return callee(self.eval_ctx, *args, **kwargs) if kind is Macro else callee(*args, **kwargs)


class PageEnvironment(Environment):
    """An environment whose templates do not change, and get no globals of their own."""

    code_generator_class = _OutputGenerator
    context_class = _PageContext
    escape_output = staticmethod(escape_output)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found_templates: dict[str, Template] = {}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Return a template by its name; `parent` is the template that mentions it."""
        if globals is not None or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self.found_templates.get(name)
        if found is None:
            found = self.found_templates[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template. Those of the environment can be copied faster than a `ChainMap`."""
        return super().make_globals(d) if d else self.globals
