"""Finds what is wrong with rules before a message does, in a whole catalog and without stopping at the first problem.

Each kind of problem has a code, and a check is one function that looks at a rule (or at all of them) and yields
findings. A warning is given only where the text of the rule proves it: sound rules are silent.
"""

from __future__ import annotations

from rules.lint import (  # noqa: F401 - the modules of checks declare themselves when they are imported
    columns,
    conditions,
    duplicates,
    error_actions,
    filters,
    functions,
    keys,
    lookups,
    republish,
    schema,
    syntax,
    versions,
)
from rules.lint.finding import Finding, Kind
from rules.lint.linter import files_of, lint
from rules.lint.registry import KINDS

__all__ = ["KINDS", "Finding", "Kind", "files_of", "lint"]
