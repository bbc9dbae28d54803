"""`factory fleet`: hand in what vehicles said, and see what became of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from contracts.resources import FLEET_INBOX
from contracts.telemetry import DEVICE_ID_PATTERN
from factory.commands.fleet_account import FleetAccount, account_options, fleet_account, said
from factory.commands.moments import Moment
from factory.commands.numbers import FiniteRange
from factory.console import make_console
from factory.provision.foundations import subscribers
from factory.provision.pipeline import subscribe_recipient
from maintenance.fleet.items import iso
from maintenance.fleet.table import unwire, wire

_PLAIN_WIDTH = 160
_AFTER_ANY_MARK = "~"
"""Sorts behind every mark in a key."""
_PATIENCE_S = 300
"""How long others do not see a dead letter that is being shown; at the end it is given back."""


@click.group()
def fleet() -> None:
    """Hand in what vehicles said, and see what became of it.

    A file of sentences, or of the archive's JSON lines, is put into the fleet's inbox. That starts a function which has
    the model judge each reading, stores it, and sends a mail where an engine is too hot.

    \b
    Examples:
      factory fleet upload test-data.txt
      factory fleet show VHC001
      factory fleet show VHC001 --since 2026-01-31 --json
      factory fleet set VHC001 --threshold 95 --recipient driver@fleet.example
      factory fleet refused
    """  # noqa: D301 - the backspace is click's sign not to re-wrap


@fleet.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--key", help=f"Name of the object, below {FLEET_INBOX}; by default the file's own name.")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def upload(file: Path, key: str | None, data_dir: Path, aws: bool, plant: str, as_json: bool) -> int:
    """Put a file into the fleet's inbox, where it is judged at once.

    A line of it is a sentence of a vehicle's gateway, or a vehicle's message as JSON; gzip is unpacked. The same file
    again is another version of the object, and its readings are others.

    \b
    Examples:
      factory fleet upload test-data.txt
      factory fleet upload part-0001.jsonl.gz --key replay/part-0001.jsonl.gz
    """  # noqa: D301
    name = _object_name(key or file.name)
    account = fleet_account(data_dir, plant, aws=aws)
    bucket = account.names.fleet_bucket
    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with (
        said(f"put {name} into the inbox"),
        file.open("rb") as source,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task(file.name, total=file.stat().st_size)
        account.client("s3").upload_fileobj(source, bucket, name, Callback=lambda sent: bar.advance(task, sent))
    address = f"s3://{bucket}/{name}"
    click.echo(json.dumps({"address": address}) if as_json else address)
    return 0


def _object_name(name: str) -> str:
    within = name.removeprefix(FLEET_INBOX)
    try:
        within.encode()
    except UnicodeEncodeError:
        raise click.UsageError(f"{name!r} is not UTF-8, as names of objects are; name it by --key.") from None
    if not within:
        raise click.UsageError(f"--key {name!r} is the inbox itself; write for instance {FLEET_INBOX}data.txt.")
    return FLEET_INBOX + within


@fleet.command()
@click.argument("vehicle", metavar="VEHICLE")
@click.option("--since", type=Moment(), metavar="UTC", help="From this moment on, as 2026-01-31T06:00.")
@click.option("--until", type=Moment(), metavar="UTC", help="Up to this moment.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Most readings shown.")
@click.option("--oldest-first", is_flag=True, help="From the oldest on; by default the newest come first.")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON, with all attributes.")
def show(vehicle: str, as_json: bool, data_dir: Path, aws: bool, plant: str, **asked: Any) -> int:
    """Show the readings of a vehicle, with the model's verdict on each.

    They are asked for by their key, so that it takes as long in a table of years as in one of minutes. Exits 1 where
    there are none.

    \b
    Examples:
      factory fleet show VHC001
      factory fleet show VHC001 --since 2026-01-31T06:00 --until 2026-01-31T14:00 --oldest-first
    """  # noqa: D301
    since, until = asked["since"], asked["until"]
    if since is not None and until is not None and since > until:
        raise click.UsageError(f"--since {iso(since)} is after --until {iso(until)}.")
    account = fleet_account(data_dir, plant, aws=aws)
    with said(f"look up {vehicle}"):
        items = list(_query(account, vehicle, since, until, asked["limit"], newest_first=not asked["oldest_first"]))
    if as_json:
        click.echo(json.dumps(_plain(items), indent=2))
    elif items:
        make_console(plain_width=_PLAIN_WIDTH).print(_table(items))
    else:
        click.echo(f"{vehicle} has no readings there.", err=True)
    return 0 if items else 1


@fleet.command(name="set")
@click.argument("vehicle", metavar="VEHICLE")
@click.option(
    "--threshold", type=FiniteRange(0, 300, min_open=True), metavar="°C", help="Its engine is too hot above this."
)
@click.option("--recipient", "recipients", multiple=True, metavar="ADDRESS", help="Who is told of it; may be repeated.")
@click.option("--clear", is_flag=True, help="What holds for all vehicles shall hold for this one again.")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def set_vehicle(vehicle: str, data_dir: Path, aws: bool, plant: str, as_json: bool, **asked: Any) -> int:
    """Set a vehicle's own limit of engine temperature, or who is told of it.

    Without an option it tells what is set. A function that is at work learns of it within a minute. On AWS a recipient
    that is new gets a mail by which the address is to be confirmed, and no alerts before that.

    \b
    Examples:
      factory fleet set VHC001 --threshold 95
      factory fleet set VHC001 --recipient driver@fleet.example --recipient chief@fleet.example
      factory fleet set VHC001 --clear
    """  # noqa: D301
    _check(vehicle, asked)
    account = fleet_account(data_dir, plant, aws=aws)
    table, dynamodb = account.names.fleet_vehicles_table, account.client("dynamodb")
    key = wire({"device_id": vehicle})
    with said(f"set what holds for {vehicle}"):
        if asked["clear"]:
            dynamodb.delete_item(TableName=table, Key=key)
        before = unwire(dynamodb.get_item(TableName=table, Key=key).get("Item", {}))
        changed: dict[str, Any] = {}
        if asked["threshold"] is not None:
            changed["threshold_c"] = Decimal(repr(asked["threshold"]))
        if asked["recipients"]:
            changed["recipients"] = list(dict.fromkeys(asked["recipients"]))
        if account.sns_mails:
            _subscribe(account, asked["recipients"])
        if changed:
            dynamodb.put_item(TableName=table, Item=wire({"device_id": vehicle} | before | changed))
    held = {name: value for name, value in (before | changed).items() if name != "device_id"}
    if as_json:
        click.echo(json.dumps(_plain(held), indent=2))
    else:
        told = [f"{name} {', '.join(value) if isinstance(value, list) else value}" for name, value in held.items()]
        click.echo(f"{vehicle}: {'; '.join(told) or 'as all others'}")
    return 0


def _subscribe(account: FleetAccount, addresses: Iterable[str]) -> None:
    """Have SNS mail to those whom it does not yet mail to; an alert for somebody else would reach nobody."""
    sns, topic = account.client("sns"), account.names.fleet_topic_arn
    there = subscribers(sns, topic)
    for address in dict.fromkeys(addresses):
        if address not in there:
            subscribe_recipient(sns, topic, address)
            click.echo(f"AWS asks {address} to confirm the subscription; it gets no alerts before that.", err=True)


def _check(vehicle: str, asked: dict[str, Any]) -> None:
    if not re.fullmatch(DEVICE_ID_PATTERN, vehicle):
        raise click.UsageError(f"{vehicle!r} is not the name of a vehicle; write for instance VHC001.")
    if asked["clear"] and (asked["threshold"] is not None or asked["recipients"]):
        raise click.UsageError("--clear and something to set exclude one another.")
    wrong = [one for one in asked["recipients"] if not re.fullmatch(r"[^\s@,]+@[^\s@,]+", one)]
    if wrong:
        raise click.UsageError(f"--recipient {wrong[0]!r} is not a mail address.")


@fleet.command()
@click.option("--delete", is_flag=True, help="Delete what was shown; otherwise it stays.")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON, a line each.")
def refused(delete: bool, data_dir: Path, aws: bool, plant: str, as_json: bool) -> int:
    """Show lines that could not be used, with the reason.

    They wait in a queue for two weeks. Exits 0, also where there are none.

    \b
    Examples:
      factory fleet refused
      factory fleet refused --json --delete > refused.jsonl
    """  # noqa: D301
    account = fleet_account(data_dir, plant, aws=aws)
    count = 0
    with said("read the dead letters"):
        for letter in _letters(account, delete=delete):
            count += 1
            click.echo(json.dumps(letter) if as_json else _letter_line(letter))
    if not count and not as_json:
        click.echo("Nothing was refused.", err=True)
    return 0


def _letters(account: FleetAccount, *, delete: bool) -> Iterator[dict[str, Any]]:
    """The dead letters, each once; what is not deleted is there again for the next who looks."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=account.names.fleet_dead_letters)["QueueUrl"]
    held: dict[str, str] = {}
    try:
        while messages := _received(sqs, url):
            new = [message for message in messages if message["MessageId"] not in held]
            held |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
            for message in new:
                yield letter_of(message)
                if delete:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=held.pop(message["MessageId"]))
    finally:
        for receipt in held.values():
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)


def _received(sqs: Any, url: str) -> list[Any]:
    # Without waiting, SQS asks some of its servers only, and may have nothing although there is something.
    found: list[Any] = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=_PATIENCE_S,
        WaitTimeSeconds=1,
        MessageAttributeNames=["All"],
    ).get("Messages", [])
    return found


def letter_of(message: Any) -> dict[str, Any]:
    """What a message of the dead letters tells: a line with its reason, or an event that the function failed with.

    Lambda tells the error in an attribute `ErrorMessage` of the event (AWS Lambda developer guide, "Dead-letter
    queues"), the local AWS in the body beside it.

    Example:
        >>> attributes = {"ErrorMessage": {"StringValue": "it did not take 2 items"}}
        >>> letter_of({"Body": '{"Records": []}', "MessageAttributes": attributes})["reason"]
        'The function failed with this event: it did not take 2 items'
    """
    try:
        told = json.loads(message["Body"])
    except ValueError:
        told = message["Body"]
    if isinstance(told, dict) and {"line", "reason"} <= told.keys():
        return told
    if isinstance(told, dict) and "kind" in told:
        return {
            "reason": "The function's own message, which it took up in vain as often as its queue allows.",
            "event": told,
        }
    error = message.get("MessageAttributes", {}).get("ErrorMessage", {}).get("StringValue")
    if isinstance(told, dict) and isinstance(told.get("responsePayload"), dict):
        error, told = told["responsePayload"].get("errorMessage"), told.get("requestPayload")
    return {"reason": "The function failed with this event" + (f": {error}" if error else "."), "event": told}


def _letter_line(letter: dict[str, Any]) -> str:
    source = letter.get("source", "event")
    where = f"{source}, line {letter['line_number']}" if letter.get("line_number") else source
    said = letter["line"] if "line" in letter else json.dumps(letter["event"])
    return f"{where}: {letter['reason']} {said}".rstrip()


def _query(
    account: FleetAccount,
    vehicle: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    *,
    newest_first: bool,
) -> Iterator[dict[str, Any]]:
    """The items of a vehicle between two moments, by their key alone."""
    values = {":vehicle": vehicle, ":since": iso(since) if since else "", ":until": _AFTER_ANY_MARK}
    if until is not None:
        values[":until"] = iso(until) + _AFTER_ANY_MARK
    pages = account.client("dynamodb").get_paginator("query").paginate(
        TableName=account.names.fleet_readings_table,
        KeyConditionExpression="device_id = :vehicle AND #timestamp BETWEEN :since AND :until",
        ExpressionAttributeNames={"#timestamp": "timestamp"},
        ExpressionAttributeValues=wire({name: value or " " for name, value in values.items()}),
        ScanIndexForward=not newest_first,
        PaginationConfig={"MaxItems": limit, "PageSize": min(limit, 1000)},
    )  # fmt: skip
    for page in pages:
        yield from map(unwire, page["Items"])


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in (
        "read at (UTC)",
        "engine °C",
        "km/h",
        "fuel %",
        "position",
        "maintenance",
        "probability",
        "because of",
    ):
        table.add_column(name, justify="right" if name in ("engine °C", "km/h", "fuel %", "probability") else "left")
    for item in items:
        positive, why = item.get("prediction") == "POSITIVE", item.get("explanation", {})
        told = item.get("prediction") or f"none: {item.get('prediction_absent_because', 'unknown')}"
        table.add_row(
            item["read_at"],
            *(_number(item.get(name), 1) for name in ("engine_temp_c", "speed_kmph", "fuel_level_percent")),
            f"{_number(item.get('gps_latitude'), 6)}, {_number(item.get('gps_longitude'), 6)}",
            Text(told, style="red" if positive else ""),
            _number(item.get("probability"), 3),
            ", ".join(sorted(why, key=lambda signal: -abs(why[signal]))),
        )
    return table


def _number(value: Decimal | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _plain(value: Any) -> Any:
    """A value with numbers as JSON has them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
