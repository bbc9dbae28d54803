"""`factory rules eval`: what SQL gives for a message."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, NoReturn, Unpack

import click

from factory.commands.rules.catalog import account_option
from factory.commands.rules.message import Facts, make_message, make_services, message_options
from factory.commands.rules.told import carets
from rules.actions.action import as_text
from rules.dry_run import not_json, with_payload
from rules.sql import NO_MATCH, UNDEFINED, VERSIONS, EvaluationError, Message, Services, Statement, dumps
from rules.sql import compile as compile_sql
from rules.sql.statement import DEFAULT_VERSION
from rules.sql.topic_filter import matches

NO_MATCH_STATUS = 1


@click.command("eval", short_help="Print what SQL gives for a message.")
@click.argument("sql", metavar="SQL")
@message_options
@click.option(
    "--version",
    type=click.Choice(VERSIONS),
    default=DEFAULT_VERSION,
    show_default=True,
    help="Version of the language; AWS takes 2015-10-08 where a rule names none.",
)
@click.option("--template", "templates", metavar="'${…}'", multiple=True, help="Show what it renders to; repeatable.")
@account_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    sql: str,
    answers: Path | None,
    version: str,
    templates: tuple[str, ...],
    account: str,
    as_json: bool,
    **facts: Unpack[Facts],
) -> None:
    """Print what SQL gives for a message; status 1 if it does not match.

    The SQL is checked first: a mistake is shown with its place, and the status is 2.

    \b
    Examples:
      factory rules eval "SELECT temp * 1.8 + 32 AS f FROM 'a/b'" --payload '{"temp": 21}'
      echo '{"temp": 99}' | factory rules eval "SELECT temp FROM 'a/+'" --topic a/b --payload -
      factory rules eval "SELECT * FROM 'a'" --payload '{"id": "M1"}' --template 'in/${id}.json'
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with carets():
        statement = compile_sql(sql, version=version)
        for template in templates:
            statement.template(template)
    message = make_message(facts, account, statement.topic_filter)
    services = make_services(answers)
    result = _result(statement, message, services, as_json=as_json)
    if not isinstance(result, bytes) and message.json_problem is not None:
        click.echo(not_json(message), err=True)
    rendered = {template: _rendered(statement, template, message, services) for template in templates}
    click.echo(_as_json(result, rendered) if as_json else _as_lines(result, rendered))


def _result(statement: Statement, message: Message, services: Services, *, as_json: bool) -> Any:
    selected = statement.topic_filter is not None and matches(statement.topic_filter, message.topic)
    if message.rule_name is None and not selected:
        _end(f"FROM {statement.topic_filter!r} does not select {message.topic!r}.", as_json=as_json)
    try:
        result = statement.evaluate(message, services)
    except EvaluationError as error:
        _end(f"the SQL fails: {error}", as_json=as_json)
    if result is NO_MATCH:
        _end(with_payload("WHERE is not true.", message), as_json=as_json)
    return result


def _end(reason: str, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"matched": False, "reason": reason}, ensure_ascii=False))
    else:
        click.echo(f"no match: {reason}", err=True)
    raise click.exceptions.Exit(NO_MATCH_STATUS)


def _rendered(statement: Statement, template: str, message: Message, services: Services) -> str:
    try:
        return statement.render(template, message, services)
    except EvaluationError as error:
        return f"(fails: {error})"


def _as_lines(result: Any, rendered: dict[str, str]) -> str:
    width = max(map(len, rendered), default=0)
    return "\n".join([_shown(result), *(f"{name:<{width}}  →  {text or '(empty)'}" for name, text in rendered.items())])


def _shown(result: Any) -> str:
    if result is UNDEFINED:
        return "(Undefined: an action would get no bytes)"
    if isinstance(result, bytes):
        return f"(raw bytes, as they came: {as_text(result)})"
    return as_text(dumps(result))


def _as_json(result: Any, rendered: dict[str, str]) -> str:
    told: dict[str, Any] = {"matched": True}
    if result is UNDEFINED:
        told["undefined"] = True
    elif isinstance(result, bytes):
        told["base64"] = base64.b64encode(result).decode()
    else:
        told["result"] = result
    if rendered:
        told["templates"] = rendered
    # The language's own writer keeps every digit of a number.
    return as_text(dumps(told))
