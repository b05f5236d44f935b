"""Run the steps of the GitHub Action without GitHub: the scripts in `action.yml`, with bash."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from git_repository import AUTHOR

ROOT = Path(__file__).parent.parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
API = ("GITHUB_API_URL", "GITHUB_REPOSITORY")
EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


class Runner:
    """A stand-in for GitHub's runner: evaluates expressions, sets the environment, and runs the steps of an action."""

    def __init__(self, checkout: Path, temporary: Path, inputs: Mapping[str, str], github: Mapping[str, str]) -> None:
        self.checkout = checkout
        self.temporary = temporary
        self.known = {f"github.{name}": value for name, value in github.items()}
        for name, declared in ACTION["inputs"].items():
            self.known[f"inputs.{name}"] = inputs.get(name, declared.get("default", ""))
        temporary.mkdir()
        self.known["runner.temp"] = str(temporary)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GITHUB_") or name in API},
            **AUTHOR,
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_REF": github["ref"],
            "GITHUB_OUTPUT": str(temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(temporary / "summary"),
            "RUNNER_TEMP": str(temporary),
        }

    def evaluate(self, text: str) -> str:
        """Return `text` with its expressions evaluated. An unknown name becomes an empty string, as on GitHub."""
        return EXPRESSION.sub(
            lambda found: next((value for name in found[1].split(" || ") if (value := self.known.get(name))), ""), text
        )

    def run(self, step: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run a step as `shell: bash` does, and record its outputs."""
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "what others choose is never part of a script"
        script = self.temporary / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        output = self.temporary / "output"
        output.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.evaluate(step.get("working-directory", str(self.checkout))),
            env={**self.environment, **{name: self.evaluate(text) for name, text in step.get("env", {}).items()}},
            capture_output=True,
            text=True,
            check=False,
        )
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step['id']}.outputs.{name}"] = value
        return done

    def check(self) -> subprocess.CompletedProcess[str]:
        """Run all steps after the first, which installs docgen; use docgen from this checkout instead.

        Stop at the first step that fails. Return its exit code and the output of all steps.
        """
        docgen = self.temporary / "installed"
        docgen.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m docgen "$@"\n')
        docgen.chmod(0o755)
        self.known["steps.install.outputs.docgen"] = str(docgen)
        stdout = stderr = ""
        for step in ACTION["runs"]["steps"][1:]:
            done = self.run(step)
            stdout, stderr = stdout + done.stdout, stderr + done.stderr
            if done.returncode:
                break
        return subprocess.CompletedProcess(done.args, done.returncode, stdout, stderr)


PULL = {"ref": "refs/pull/7/merge", "base_ref": "main"}
