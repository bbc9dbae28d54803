"""`factory rules`: try a rule or a statement on a message, without doing anything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from contracts.errors import UsageError
from contracts.resources import Resources
from contracts.telemetry import DEVICE_ID_PATTERN
from contracts.topics import TopicError, parse_topic
from rules.actions import Clients, Publication, Toolbox
from rules.actions.action import as_text
from rules.dry_run import Preview, Step, preview
from rules.loading import CATALOG_DIR, Rule, load_rule
from rules.placeholders import placeholders
from rules.sql import NO_MATCH, UNDEFINED, EvaluationError, Message, dumps
from rules.sql import compile as compile_sql
from rules.sql.topic_filter import matches

topic_option = click.option("--topic", required=True, metavar="T", help="Topic on which the message is published.")
payload_option = click.option(
    "--payload", required=True, metavar="FILE|-", help="File with the message, or - for standard input."
)


def _formed(pattern: str, right: str) -> Callable[[click.Context, click.Parameter, str], str]:
    """A check of an option's form."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise click.BadParameter(f"{value!r} is not {right}.")
        return value

    return check


class _Nobody:
    """Publishes nothing: a dry run only prepares."""

    def publish(self, publication: Publication) -> None:
        raise NotImplementedError(publication.topic)


@click.group()
def rules() -> None:
    """Try rules and SQL on a message without acting."""


@rules.command("test")
@click.argument("rule", metavar="RULE")
@topic_option
@payload_option
@click.option(
    "--plant",
    default="plant1",
    show_default=True,
    callback=_formed(DEVICE_ID_PATTERN, "a name of letters, digits, _ and -"),
    help="Plant whose names fill the rule's placeholders.",
)
@click.option(
    "--account",
    default="000000000000",
    show_default=True,
    callback=_formed(r"\d{12}", "twelve digits"),
    help="AWS account, likewise.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def test_rule(rule: str, topic: str, payload: str, plant: str, account: str, as_json: bool) -> None:
    """Show what RULE would do: its name in the catalog, or a file.

    \b
    Examples:
      factory rules test archive --topic factory/plant1/line1/M003/telemetry --payload message.json
      factory rules test ./my_rule.json --topic a/b --payload - --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    resources = Resources(plant, account)
    tools = Toolbox(resources, Clients(), _Nobody())
    loaded: Rule = load_rule(find_rule(rule), placeholders(resources), tools)
    seen = preview(loaded, _message(topic, payload, account))
    click.echo(json.dumps(seen.as_json(), ensure_ascii=False, indent=2) if as_json else as_lines(seen))


@rules.command("eval")
@click.argument("sql", metavar="SQL")
@topic_option
@payload_option
def evaluate(sql: str, topic: str, payload: str) -> None:
    """Print what SQL gives for a message; status 1 if it does not match.

    \b
    Example:
      echo '{"temp": 99}' | factory rules eval "SELECT temp FROM 'a/+'" --topic a/b --payload -
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    statement = compile_sql(sql)
    message = _message(topic, payload, "000000000000")
    if statement.topic_filter is not None and not matches(statement.topic_filter, message.topic):
        _no_match(f"FROM {statement.topic_filter!r} does not select {topic!r}.")
    try:
        result = statement.evaluate(message)
    except EvaluationError as error:
        _no_match(f"the SQL fails: {error}")
    if result is NO_MATCH:
        _no_match("WHERE is not true.")
    click.echo("(Undefined: an action would get no bytes)" if result is UNDEFINED else as_text(dumps(result)))


def find_rule(name: str) -> Path:
    """The file of a rule: a path, or a name in the factory's catalog.

    Raises:
        UsageError: neither.
    """
    if name.endswith(".json") or "/" in name:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"There is no rule file {name!r}.", remedy=_known())
        return path
    path = CATALOG_DIR / f"{name}.json"
    if not path.is_file():
        raise UsageError(f"There is no rule {name!r}.", remedy=_known())
    return path


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
    lines = [f"{title:<9} {step.kind}"]
    if step.failure is not None:
        return [*lines, f"          it would fail: {step.failure}"]
    width = max(len(name) for name in step.request or {"": None})
    return lines + [f"          {name:<{width}}  {_shown(value)}" for name, value in (step.request or {}).items()]


def _shown(value: Any) -> str:
    return value.rstrip("\n") if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _known() -> str:
    names = ", ".join(sorted(file.stem for file in CATALOG_DIR.glob("*.json")))
    return f"The catalog has {names}; or name a .json file."


def _no_match(reason: str) -> None:
    click.echo(f"no match: {reason}", err=True)
    raise click.exceptions.Exit(1)


def _message(topic: str, payload: str, account: str) -> Message:
    if not topic or "+" in topic or "#" in topic:
        raise UsageError(f"--topic {topic!r} is not a topic.", remedy="A message has one topic, without + and #.")
    try:
        client_id = parse_topic(topic).device_id
    except TopicError:
        client_id = None
    return Message(topic=topic, payload=_read(payload), client_id=client_id, account_id=account)


def _read(payload: str) -> bytes:
    try:
        with click.open_file(payload, "rb") as stream:
            data: bytes = stream.read()
    except OSError as error:
        raise UsageError(
            f"--payload {payload!r} cannot be read: {error.strerror}.", remedy="Name a file, or - for standard input."
        ) from None
    return data
