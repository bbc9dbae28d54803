"""Everything that a rule writer wants to know of a statement, put together."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from rules.analysis.walk import most_calls
from rules.explain.metering import SECONDS_A_DAY, Units, metered
from rules.explain.outline import Branch, outline
from rules.explain.reading import all_roots, look_ups, names_read, order, result_shape
from rules.explain.topics import level_words, nearly_selected, selected_topics
from rules.lint.subject import Subject
from rules.sql.checks import LOOK_UPS
from rules.sql.parser import parse

DEFAULT_PAYLOAD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Load:
    """What comes to a rule.

    Args:
        payload_bytes: size of a payload [bytes].
        rate: messages that FROM selects [1/s], if known.
    """

    payload_bytes: int = DEFAULT_PAYLOAD_BYTES
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A statement, or a rule, explained.

    Args:
        name: of the rule, or nothing.
        sql: the statement.
        tree: its drawing.
        topic_filter: of FROM, if there is one.
        levels: each level of it in words.
        examples: topics that it selects.
        nearly: a topic that it does not select, and why.
        order: SET and the parts of WHERE, as they are evaluated.
        reads: attributes of the payload, those that templates read included.
        look_ups: functions that ask outside, with their limits.
        result: attributes of the result with their types.
        actions: kinds of actions.
        units: metered for a message.
        basic_ingest: the same for one that comes over Basic Ingest.
        daily: metered for a day at the rate, if one is known.
        load: what comes.
    """

    name: str
    sql: str
    tree: Branch
    topic_filter: str | None
    levels: list[tuple[str, str]]
    examples: list[str]
    nearly: tuple[str, str] | None
    order: list[str]
    reads: list[str]
    look_ups: list[tuple[str, str]]
    result: list[tuple[str, str]]
    actions: list[str]
    units: Units
    basic_ingest: Units
    load: Load = field(default_factory=Load)
    daily: Units | None = None

    def as_json(self) -> dict[str, Any]:
        """The explanation as JSON."""
        nearly = None if self.nearly is None else {"topic": self.nearly[0], "why": self.nearly[1]}
        return {
            "rule": self.name or None,
            "sql": self.sql,
            "tree": self.tree.as_json(),
            "from": {
                "filter": self.topic_filter,
                "levels": [{"level": level, "matches": words} for level, words in self.levels],
                "examples": self.examples,
                "nearly": nearly,
            },
            "order": self.order,
            "reads": self.reads,
            "lookUps": [{"call": call, "limits": limits} for call, limits in self.look_ups],
            "result": [{"name": name or None, "type": types} for name, types in self.result],
            "actions": self.actions,
            "units": {
                "payloadBytes": self.load.payload_bytes,
                "ratePerSecond": self.load.rate,
                "message": asdict(self.units),
                "basicIngestMessage": asdict(self.basic_ingest),
                "day": None if self.daily is None else asdict(self.daily),
            },
        }


def explain(subject: Subject, load: Load) -> Explanation:
    """A rule explained; of a lone statement, a rule without actions.

    Raises:
        SqlError: its SQL is none.
    """
    statement = parse(subject.sql)
    roots = [*all_roots(statement), *(found.node for found in subject.expressions)]
    topic_filter = statement.topic_filter
    examples = selected_topics(topic_filter) if topic_filter is not None else []
    units, direct = (_units(subject, load, examples, roots, basic_ingest=direct) for direct in (False, True))
    by_broker = units if topic_filter is not None else direct
    return Explanation(
        name=subject.name,
        sql=subject.sql,
        tree=outline(statement),
        topic_filter=topic_filter,
        levels=level_words(topic_filter) if topic_filter is not None else [],
        examples=examples,
        nearly=nearly_selected(topic_filter) if topic_filter is not None else None,
        order=order(statement),
        reads=names_read(roots),
        look_ups=look_ups(roots),
        result=result_shape(statement.projection),
        actions=[deed.kind for deed in subject.actions],
        units=by_broker,
        basic_ingest=direct,
        load=load,
        daily=None if load.rate is None else by_broker.times(load.rate * SECONDS_A_DAY),
    )


def _units(subject: Subject, load: Load, examples: list[str], roots: list[Any], *, basic_ingest: bool) -> Units:
    topic_bytes = max((len(topic.encode()) for topic in examples), default=0)
    return metered(
        load.payload_bytes,
        topic_bytes=topic_bytes,
        actions=len(subject.actions),
        external_calls=sum(most_calls(root, LOOK_UPS, per_element=1) for root in roots),
        republishes=sum(deed.kind == "republish" for deed in subject.actions),
        basic_ingest=basic_ingest,
    )
