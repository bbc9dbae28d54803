"""MQTT topics as functions: `factory/{plant}/{line}/{device_id}/{channel}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from contracts.errors import UsageError

Channel = Literal["telemetry", "event", "verdict", "command"]
CHANNELS: tuple[str, ...] = get_args(Channel)
ROOT = "factory"
BASIC_INGEST = "$aws/rules/"
"""Before a rule's name and a topic: the message is for that rule alone (AWS IoT developer guide, "Basic Ingest")."""
BASIC_INGEST_FILTER = f"{BASIC_INGEST}#"
"""What the engine of a local factory subscribes to, to hear them; on AWS nobody can."""
_LEVEL = re.compile(r"[A-Za-z0-9_-]{1,64}")


class TopicError(UsageError):
    """A topic, or a level of one, that this project does not use."""


@dataclass(frozen=True, slots=True)
class MachineTopic:
    """A topic taken apart."""

    plant: str
    line: str
    device_id: str
    channel: str


def topic(plant: str, line: str, device_id: str, channel: Channel = "telemetry") -> str:
    """The topic on which a machine speaks.

    Raises:
        TopicError: a level is empty or has a character outside letters, digits, `_` and `-`.

    Example:
        >>> topic("plant1", "line1", "M001")
        'factory/plant1/line1/M001/telemetry'
    """
    for name, level in (("plant", plant), ("line", line), ("device_id", device_id)):
        if not _LEVEL.fullmatch(level):
            raise TopicError(f"{name} {level!r} cannot be a topic level.", remedy="Use A-Z a-z 0-9 _ - only.")
    return f"{ROOT}/{plant}/{line}/{device_id}/{channel}"


def topic_filter(
    plant: str = "+", line: str = "+", device_id: str = "+", channel: Channel | Literal["+"] = "telemetry"
) -> str:
    """The filter of all topics of a plant, line, machine or channel; `+` stands for any.

    Example:
        >>> topic_filter("plant1")
        'factory/plant1/+/+/telemetry'
    """
    return f"{ROOT}/{plant}/{line}/{device_id}/{channel}"


def parse_topic(text: str) -> MachineTopic:
    """A topic taken apart.

    Raises:
        TopicError: not a topic of ours.

    Example:
        >>> parse_topic("factory/plant1/line1/M001/telemetry").device_id
        'M001'
    """
    levels = text.split("/")
    known = len(levels) == 5 and levels[0] == ROOT and levels[4] in CHANNELS
    if not known or not all(_LEVEL.fullmatch(level) for level in levels[1:4]):
        raise TopicError(
            f"{text!r} is not a topic of the factory.",
            remedy="Write factory/PLANT/LINE/DEVICE_ID/CHANNEL, the channel one of " + ", ".join(CHANNELS) + ".",
        )
    return MachineTopic(*levels[1:])
