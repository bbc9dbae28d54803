"""`factory rules`: try a rule or a statement on a message, check a catalog, explain a rule; nothing is done."""

from __future__ import annotations

import click

from factory.commands.rules.evaluate import evaluate
from factory.commands.rules.explain import explain_rule
from factory.commands.rules.lint import lint_rules
from factory.commands.rules.rehearse import test_rule

__all__ = ["rules"]


@click.group()
def rules() -> None:
    """Try, check and explain rules without acting."""


for command in (evaluate, test_rule, lint_rules, explain_rule):
    rules.add_command(command)
