"""The steps of a message, from the broker's packet to the actions.

``STAGES`` is the pipeline: read it from top to bottom. Each step adds to the delivery what the next one needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from rules.dispatch import Dispatcher
from rules.loading import Rule
from rules.measures import Measures
from rules.sql import NO_MATCH, UNDEFINED, EvaluationError
from rules.trie import TopicTrie
from rules.work import Delivery, Failure, Run

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What the steps use."""

    trie: TopicTrie[Rule]
    dispatcher: Dispatcher
    measures: Measures

    def advance(self, delivery: Delivery) -> None:
        """Take a delivery through all steps."""
        for stage in STAGES:
            stage(self, delivery)


def select(pipeline: Pipeline, delivery: Delivery) -> None:
    """FROM: which rules listen to the topic."""
    delivery.rules = pipeline.trie.match(delivery.message.topic)


def evaluate(pipeline: Pipeline, delivery: Delivery) -> None:
    """WHERE and SELECT of each; the payload is decoded once for all of them."""
    message = delivery.message
    for rule in delivery.rules:
        try:
            result = rule.statement.apply(message)
            if result is not NO_MATCH:
                delivery.runs.append(Run(delivery, rule, rule.occasion(message, result)))
        except EvaluationError as error:
            # As on AWS the rule fails for this message, which is logged and counted; error actions are for actions.
            pipeline.measures.sql_failures.labels(rule.name).inc()
            log.warning("the SQL failed", rule=rule.name, topic=message.topic, error=str(error))
        except Exception as error:
            # A fault of ours, where AWS has no precedent: the error action keeps the message.
            pipeline.measures.sql_failures.labels(rule.name).inc()
            log.exception("the SQL failed in a way that was not foreseen", rule=rule.name, topic=message.topic)
            failure = Failure("Rule", rule.name, f"{type(error).__name__}: {error}")
            delivery.runs.append(Run(delivery, rule, rule.occasion(message, UNDEFINED, b""), failures=[failure]))


def act(pipeline: Pipeline, delivery: Delivery) -> None:
    """Every action of every rule that matched."""
    delivery.open_runs = len(delivery.runs)
    for run in delivery.runs:
        pipeline.measures.matched.labels(run.rule.name).inc()
        pipeline.dispatcher.start(run)


STAGES: Final[tuple[Callable[[Pipeline, Delivery], None], ...]] = (select, evaluate, act)
