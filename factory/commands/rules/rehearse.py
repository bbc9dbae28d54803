"""`factory rules test`: what a rule would do with a message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Unpack

import click

from contracts.resources import Resources
from factory.commands.rules.catalog import dry_tools, find_rule, plant_options
from factory.commands.rules.message import Facts, make_message, make_services, message_options
from factory.commands.rules.told import carets
from rules.actions.action import as_text
from rules.dry_run import Preview, Step, preview
from rules.placeholders import placeholders
from rules.rehearsal import rehearsal_rule


@click.command("test", short_help="Show what a rule would do with a message.")
@click.argument("rule", metavar="RULE")
@message_options
@plant_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def test_rule(rule: str, answers: Path | None, plant: str, account: str, as_json: bool, **facts: Unpack[Facts]) -> None:
    """Show what RULE would do: its name in the catalog, or a file.

    Actions that this engine does not run are shown with their parameters.

    \b
    Examples:
      factory rules test archive --topic factory/plant1/line1/M003/telemetry --payload message.json
      factory rules test ./my_rule.json --topic a/b --payload '{"temp": 99}' --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    resources = Resources(plant, account)
    with carets():
        loaded = rehearsal_rule(find_rule(rule), placeholders(resources), dry_tools(resources))
    message = make_message(facts, account, loaded.statement.topic_filter)
    seen = preview(loaded, message, make_services(answers))
    click.echo(json.dumps(seen.as_json(), ensure_ascii=False, indent=2) if as_json else as_lines(seen))


def as_lines(seen: Preview) -> str:
    """A preview for people."""
    lines = [f"rule      {seen.rule}", f"matched   {'yes' if seen.matched else 'no'}"]
    if seen.reason:
        lines.append(f"          {seen.reason}")
    if not seen.matched:
        return "\n".join(lines)
    lines.append(f"payload   {as_text(seen.result)}")
    for step in seen.steps:
        lines += _step_lines("action", step)
    if seen.error_step is None:
        return "\n".join([*lines, "on error  the message would be logged and dropped: the rule has no error action"])
    return "\n".join([*lines, *_step_lines("on error", seen.error_step)])


def _step_lines(title: str, step: Step) -> list[str]:
    lines = [f"{title:<9} {step.kind}"] + ([f"          {step.remark}"] if step.remark else [])
    if step.failure is not None:
        return [*lines, f"          it would fail: {step.failure}"]
    width = max(len(name) for name in step.request or {"": None})
    return lines + [f"          {name:<{width}}  {_shown(value)}" for name, value in (step.request or {}).items()]


def _shown(value: Any) -> str:
    return value.rstrip("\n") if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
