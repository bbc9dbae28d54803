"""Which rules of the catalog a message triggers, and what AWS meters for them.

What a message and a rule are in AWS's units is `rules.explain`'s to say; here it is asked for each rule whose FROM
selects the topic, whatever its WHERE makes of the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.resources import Resources
from factory.cost.errors import CostError
from factory.cost.request import CostRequest
from factory.cost.workload import Kind
from rules.explain import Load, explain
from rules.explain.metering import Units, metered
from rules.lint.files import read_subject, rule_files
from rules.lint.finding import Finding
from rules.loading import CATALOG_DIR
from rules.placeholders import placeholders
from rules.sql.topic_filter import matches

ARCHIVE: Final = "archive"
"""The rule that hands readings to Firehose."""
LARGEST_BYTES: Final = 128 * 1024
"""Largest message of AWS IoT Core [bytes] (AWS General Reference, "AWS IoT Core quotas")."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, as far as a bill knows it.

    Args:
        name: of the rule.
        topic_filter: of its FROM; none where it is reached by Basic Ingest alone.
        actions: its actions and the functions that ask outside; AWS counts one at least.
    """

    name: str
    topic_filter: str | None
    actions: int


@dataclass(frozen=True, slots=True)
class Metered:
    """What one message is in AWS's units.

    Args:
        copies: how often it is published, so that each rule has it.
        published: messages that are paid for.
        rules: units of each rule that it triggers, by the rule's name.
    """

    copies: int
    published: float
    rules: dict[str, Units]


def catalog(directory: Path = CATALOG_DIR) -> list[Rule]:
    """The rules that come with the product, those that are switched off left out.

    Args:
        directory: with a file a rule.

    Raises:
        CostError: one of them cannot be read.
    """
    known = placeholders(Resources("plant1", "000000000000"))
    rules: list[Rule] = []
    for file in rule_files(directory):
        found = read_subject(file, known)
        if isinstance(found, Finding):
            raise CostError(f"{found.file}: {found.sentence}", remedy=found.remedy)
        if not found.payload.get("ruleDisabled"):
            told = explain(found, Load(payload_bytes=0))
            rules.append(Rule(told.name, told.topic_filter, int(told.units.actions)))
    return rules


def message_bytes(request: CostRequest, kind: Kind) -> int:
    """Size of a message [bytes]; one with several readings is an array of them.

    Raises:
        CostError: larger than AWS takes.
    """
    if request.batch == 1:
        return kind.payload_bytes
    size = request.batch * (kind.payload_bytes + 1) + 1
    if size > LARGEST_BYTES:
        most = (LARGEST_BYTES - 1) // (kind.payload_bytes + 1)
        raise CostError(
            f"--batch {request.batch}: a message of {size:,} bytes is above the {LARGEST_BYTES:,} that AWS takes.",
            remedy=f"At most {most} readings of {kind.payload_bytes} bytes fit.",
        )
    return size


def metered_message(request: CostRequest, kind: Kind, rules: Sequence[Rule]) -> Metered:
    """What a message of a machine, or of a vehicle, is in AWS's units.

    Args:
        request: how it reaches the rules.
        kind: whose it is.
        rules: the catalog.

    Raises:
        CostError: larger than AWS takes.
    """
    size = message_bytes(request, kind)
    topic = f"factory/plant1/{kind.line}/M001/telemetry"
    units = {
        rule.name: metered(size, topic_bytes=kind.topic_bytes, actions=rule.actions)
        for rule in rules
        if rule.topic_filter and matches(rule.topic_filter, topic)
    }
    if request.ingest == "basic-archive":
        units = {name: unit for name, unit in units.items() if name == ARCHIVE}
    direct = request.ingest != "broker"
    published = metered(size, topic_bytes=kind.topic_bytes, basic_ingest=direct).messages
    return Metered(len(units) if direct else 1, published, units)
