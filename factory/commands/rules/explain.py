"""`factory rules explain`: a statement or a rule told in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from contracts.errors import UsageError
from contracts.resources import Resources
from factory.commands.numbers import FiniteRange
from factory.commands.rules.catalog import find_rule, plant_options
from factory.commands.rules.told import carets
from rules.explain import DEFAULT_PAYLOAD_BYTES, Explanation, Load, explain
from rules.explain.metering import Units
from rules.lint import Finding
from rules.lint.files import read_subject
from rules.lint.subject import Subject
from rules.placeholders import placeholders
from rules.sql import VERSIONS
from rules.sql import compile as compile_sql
from rules.sql.statement import DEFAULT_VERSION

MAX_STEP: Final = 120
"""Characters of a step that are shown; the tree has all of it."""
MAX_PAYLOAD_BYTES: Final = 128 * 1024
"""Largest message of AWS IoT Core (AWS General Reference, "AWS IoT Core quotas")."""


@click.command("explain", short_help="Tell what a rule or SQL does, needs and costs.")
@click.argument("rule", metavar="RULE|SQL")
@click.option(
    "--version",
    type=click.Choice(VERSIONS),
    default=DEFAULT_VERSION,
    show_default=True,
    help="Version of the language in which SQL is read; a rule names its own.",
)
@click.option(
    "--payload-bytes",
    type=click.IntRange(0, MAX_PAYLOAD_BYTES),
    default=DEFAULT_PAYLOAD_BYTES,
    show_default=True,
    help="Size of a message's payload, for what AWS meters [bytes].",
)
@click.option(
    "--rate", type=FiniteRange(min=0), metavar="R", help="Messages that FROM selects [1/s]; shows the units of a day."
)
@plant_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain_rule(
    rule: str, version: str, payload_bytes: int, rate: float | None, plant: str, account: str, as_json: bool
) -> None:
    """Explain RULE (a name in the catalog, or a file) or SQL: its tree, topics, needs and cost.

    The cost is in the units that AWS meters. Prices differ by region and are not shown.

    \b
    Examples:
      factory rules explain archive --rate 50
      factory rules explain "SELECT temp FROM 'a/+' WHERE temp > 80" --payload-bytes 8192
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with carets():
        subject = _subject(rule, version, Resources(plant, account))
        compile_sql(subject.sql, version=subject.version)
        told = explain(subject, Load(payload_bytes, rate))
    click.echo(json.dumps(told.as_json(), ensure_ascii=False, indent=2) if as_json else as_lines(told))


def _subject(rule: str, version: str, resources: Resources) -> Subject:
    # No rule's name holds a blank, and no statement is without one.
    if any(mark.isspace() for mark in rule.strip()) and not Path(rule).is_file():
        return Subject("", {"topicRulePayload": {"sql": rule, "awsIotSqlVersion": version}})
    found = read_subject(find_rule(rule), placeholders(resources))
    if isinstance(found, Finding):
        raise UsageError(f"{found.file}: {found.sentence}", remedy=found.remedy)
    if not found.sql:
        raise UsageError(f"{found.file}: it has no sql.", remedy="`factory rules lint` tells what is wrong with it.")
    return found


def as_lines(told: Explanation) -> str:
    """An explanation for people."""
    lines = [f"rule      {told.name}"] if told.name else []
    lines += _section("tree", told.tree.lines()[1:])
    lines += _section("FROM", _from_lines(told))
    lines += _section("order", [f"{index}. {step}" for index, step in enumerate(_steps(told), 1)])
    lines += _section("reads", [", ".join(told.reads) or "nothing of the payload"])
    lines += _section("looks up", [f"{call}: {limits}" for call, limits in told.look_ups] or ["nothing outside"])
    lines += _section("result", _result_lines(told))
    lines += _section("actions", [", ".join(told.actions) or "none; AWS meters at least one"])
    return "\n".join([*lines, *_section("metered", _cost_lines(told))])


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"{title if index == 0 else '':<9} {line}" for index, line in enumerate(lines)]


def _from_lines(told: Explanation) -> list[str]:
    if told.topic_filter is None:
        return [f"none: only messages on $aws/rules/{told.name or 'NAME'}/… reach the rule (Basic Ingest)"]
    width = max(len(level) for level, _ in told.levels)
    lines = [repr(told.topic_filter)]
    lines += [f"level {index}  {level:<{width}}  {words}" for index, (level, words) in enumerate(told.levels, 1)]
    lines += [f"selects    {topic}" for topic in told.examples]
    return lines + ([f"but not    {told.nearly[0]} ({told.nearly[1]})"] if told.nearly is not None else [])


def _steps(told: Explanation) -> list[str]:
    steps = [step if len(step) <= MAX_STEP else f"{step[:MAX_STEP]}…" for step in told.order]
    ends = [step if step.startswith("SET ") else f"{step}   (must be true, or it ends here)" for step in steps]
    return [*ends, "SELECT, then the actions"]


def _result_lines(told: Explanation) -> list[str]:
    width = max(len(name) for name, _ in told.result)
    return [f"{name:<{width}}  {types}" if name else types for name, types in told.result]


def _cost_lines(told: Explanation) -> list[str]:
    load = told.load
    lines = [f"a message of {load.payload_bytes} bytes: {_units(told.units)}"]
    if told.topic_filter is not None:
        lines.append(f"the same over Basic Ingest: {_units(told.basic_ingest)}")
    if told.daily is not None:
        lines.append(f"a day at {load.rate:g} messages/s: {_units(told.daily)}")
    if told.topic_filter is not None:
        lines.append("A rule is triggered by each message that FROM selects, whatever WHERE makes of it.")
    return lines


def _units(units: Units) -> str:
    told = [
        f"{units.messages:,.10g} published",
        f"{units.rules_triggered:,.10g} {'rule' if units.rules_triggered == 1 else 'rules'} triggered",
        f"{units.actions:,.10g} {'action' if units.actions == 1 else 'actions'}",
    ]
    return ", ".join([*told, f"{units.republished:,.10g} republished"] if units.republished else told)
