"""The message of a dry run: its options, and the message that they describe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import click

from contracts.errors import UsageError
from contracts.topics import BASIC_INGEST, TopicError, parse_topic
from rules.answers import RecordedAnswers, read_answers
from rules.sql import Message
from rules.sql.topic_filter import MAX_BYTES, MAX_SLASHES

Command = TypeVar("Command", bound=Callable[..., Any])


class Facts(TypedDict):
    """What the options say of a message; None where they do not."""

    topic: str | None
    payload: str | None
    client_id: str | None
    timestamp: int | None
    trace_id: str | None
    principal: str | None
    source_ip: str | None
    content_type: str | None
    response_topic: str | None
    user_property: tuple[str, ...]


_OPTIONS = (
    click.option(
        "--topic",
        metavar="T",
        help="Topic on which the message is published; by default the one of FROM, where that has no wildcard. "
        "$aws/rules/NAME/… calls a rule directly (Basic Ingest), whatever its FROM.",
    ),
    click.option(
        "--payload",
        metavar="FILE|-|JSON",
        help="The message: a file, - for standard input, or the JSON itself, beginning with { or [.",
    ),
    click.option("--client-id", metavar="ID", help="MQTT client that publishes; by default the device of the topic."),
    click.option(
        "--timestamp",
        type=click.IntRange(min=0),
        metavar="MS",
        help="Time of arrival [ms since 1970]; by default now.",
    ),
    click.option("--trace-id", metavar="ID", help="What traceid() gives."),
    click.option("--principal", metavar="ID", help="What principal() gives."),
    click.option("--source-ip", metavar="IP", help="What sourceip() gives."),
    click.option("--content-type", metavar="TYPE", help="Content type of the MQTT 5 message."),
    click.option("--response-topic", metavar="T", help="Response topic of the MQTT 5 message."),
    click.option(
        "--user-property", metavar="KEY=VALUE", multiple=True, help="User property of the MQTT 5 message; repeatable."
    ),
    click.option(
        "--answers",
        type=click.Path(path_type=Path),
        metavar="FILE.json",
        help="Recorded answers for functions that ask outside: an object with any of the keys "
        'dynamodb {table: {"key", "item"}}, lambda {arn: {"response"}}, secrets {id: {"SecretString"}}, '
        'shadows {thing: {name or "": document}}, registry {API: {thing: answer}}, ml {model: answer}, '
        's3 {"bucket/key": base64}. docs/rules.md shows one.',
    ),
)


def message_options(command: Command) -> Command:
    """The options that describe a message."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make_message(facts: Facts, account: str, topic_filter: str | None) -> Message:
    """The message that options describe.

    Args:
        facts: the options.
        account: AWS account.
        topic_filter: FROM, whose topic the message has where none is said.

    Raises:
        UsageError: something is missing or cannot be.
    """
    topic = _topic(facts["topic"], topic_filter)
    return Message(
        topic=topic,
        payload=_payload(facts["payload"]),
        client_id=facts["client_id"] or _device(topic),
        timestamp=facts["timestamp"],
        trace_id=facts["trace_id"],
        principal=facts["principal"],
        source_ip=facts["source_ip"],
        account_id=account,
        content_type=facts["content_type"],
        response_topic=facts["response_topic"],
        user_properties=_pairs(facts["user_property"]),
    )


def make_services(answers: Path | None) -> RecordedAnswers:
    """Who answers look-ups.

    Raises:
        UsageError: the file cannot be used.
    """
    return RecordedAnswers({}) if answers is None else read_answers(answers)


def _topic(said: str | None, topic_filter: str | None) -> str:
    if said is None:
        if topic_filter is None:
            raise UsageError("--topic is missing, and the SQL has no FROM.", remedy="Name the topic of the message.")
        if "+" in topic_filter or "#" in topic_filter:
            raise UsageError(
                f"--topic is missing, and FROM {topic_filter!r} has a wildcard.",
                remedy="Name the topic of the message.",
            )
        return topic_filter
    # The prefix of Basic Ingest counts for no limit (AWS IoT developer guide, "Basic Ingest").
    counted = said.split("/", 3)[-1] if said.startswith(BASIC_INGEST) else said
    if not said or "+" in said or "#" in said:
        raise UsageError(f"--topic {said!r} is not a topic.", remedy="A message has one topic, without + and #.")
    if len(counted.encode()) > MAX_BYTES or counted.count("/") > MAX_SLASHES:
        raise UsageError(
            f"--topic has {len(counted.encode())} bytes and {counted.count('/')} slashes.",
            remedy=f"AWS IoT takes {MAX_BYTES} bytes and {MAX_SLASHES} slashes.",
        )
    return said


def _device(topic: str) -> str | None:
    """The device of a topic of the factory, which publishes under its own name."""
    try:
        return parse_topic(topic.split("/", 3)[-1] if topic.startswith(BASIC_INGEST) else topic).device_id
    except TopicError:
        return None


def _payload(said: str | None) -> bytes:
    if said is None:
        raise UsageError("--payload is missing.", remedy="Name a file, - for standard input, or the JSON itself.")
    if said[:1] in ("{", "[") and not _is_file(said):
        return said.encode()
    try:
        with click.open_file(said, "rb") as stream:
            data: bytes = stream.read()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"--payload {said!r} cannot be read: {why}.",
            remedy="Name a file, - for standard input, or the JSON itself.",
        ) from None
    return data


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    # A long JSON text is too long for a name, and one with a NUL cannot be one.
    except (OSError, ValueError):
        return False


def _pairs(said: tuple[str, ...]) -> list[tuple[str, str]] | None:
    for text in said:
        if "=" not in text:
            raise UsageError(f"--user-property {text!r} is not KEY=VALUE.", remedy="Write --user-property unit=C.")
    return [(key, value) for key, _, value in (text.partition("=") for text in said)] or None
