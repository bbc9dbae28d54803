"""The steps of a message, from the broker's packet to the actions.

``STAGES`` is the pipeline: read it from top to bottom. Each step adds to the delivery what the next one needs. A rule
that looks something up takes the second step in a thread of its own, as a service may keep it waiting for seconds: its
part of the delivery stays open until that is settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import structlog

from rules.dispatch import Dispatcher
from rules.loading import Rule
from rules.lookups import LookUpPool
from rules.measures import Measures
from rules.sql import NO_MATCH, UNDEFINED, EvaluationError
from rules.sql.services import Services
from rules.trie import TopicTrie
from rules.work import Delivery, Failure, Run

log = structlog.get_logger(__name__)


class Pipeline:
    """What the steps use.

    Args:
        rules: those that run.
        dispatcher: has their actions done.
        pool: threads for what looks something up.
        services: what is asked there.
        on_nothing: told of a delivery whose rule looked something up, only to find that it has nothing to do.
        measures: what is counted.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        dispatcher: Dispatcher,
        measures: Measures,
        *,
        pool: LookUpPool,
        services: Services | None,
        on_nothing: Callable[[Delivery], None],
    ) -> None:
        self.trie = TopicTrie((rule.statement.topic_filter, rule) for rule in rules if rule.statement.topic_filter)
        self.by_name = {rule.name: rule for rule in rules}
        # Plain numbers until `show`: a counter of Prometheus takes a lock, for each rule of each message.
        self.heard: defaultdict[str, int] = defaultdict(int)
        self.matched = {rule.name: measures.matched.labels(rule.name) for rule in rules}
        self._shown = {rule.name: measures.topic_matches.labels(rule.name) for rule in rules}
        self.dispatcher = dispatcher
        self.measures = measures
        self.pool = pool
        self.services = services
        self.on_nothing = on_nothing

    def advance(self, delivery: Delivery) -> None:
        """Take a delivery through all steps."""
        for stage in STAGES:
            stage(self, delivery)

    def show(self) -> None:
        """Bring the counters up to date."""
        for name, times in self.heard.items():
            self._shown[name].inc(times)
        self.heard.clear()


def select(pipeline: Pipeline, delivery: Delivery) -> None:
    """FROM: which rules listen to the topic; or the one that Basic Ingest names, whose FROM is not asked."""
    message = delivery.message
    if message.rule_name is None:
        delivery.rules = pipeline.trie.match(message.topic)
    else:
        delivery.rules = _named(pipeline, message.rule_name)
    for rule in delivery.rules:
        pipeline.heard[rule.name] += 1
        if message.json_problem is not None:
            pipeline.measures.parse_errors.labels(rule.name).inc()


def evaluate(pipeline: Pipeline, delivery: Delivery) -> None:
    """WHERE and SELECT of each; the payload is decoded once for all of them."""
    for rule in delivery.rules:
        if rule.asks.statement:
            delivery.asking += (rule,)
            continue
        run = _evaluated(pipeline, delivery, rule)
        if run is not None:
            delivery.runs.append(run)


def act(pipeline: Pipeline, delivery: Delivery) -> None:
    """Every action of every rule that matched, and the look-ups of those that have yet to find out."""
    delivery.open_runs = len(delivery.runs) + len(delivery.asking)
    for run in delivery.runs:
        _start(pipeline, run)
    for rule in delivery.asking:
        pipeline.pool.submit(
            partial(_evaluated, pipeline, delivery, rule),
            partial(_settle, pipeline, delivery),
        )


STAGES: Final[tuple[Callable[[Pipeline, Delivery], None], ...]] = (select, evaluate, act)


def _named(pipeline: Pipeline, name: str) -> tuple[Rule, ...]:
    rule = pipeline.by_name.get(name)
    if rule is not None:
        return (rule,)
    # As on AWS: logged and counted, and the publisher is not told.
    pipeline.measures.not_found.inc()
    log.warning("Basic Ingest names a rule that is not there or is disabled", rule=name)
    return ()


def _evaluated(pipeline: Pipeline, delivery: Delivery, rule: Rule) -> Run | None:
    """What a rule makes of a message, or None; called by threads of the pool too, and so changes nothing."""
    message = delivery.message
    # Only those that ask are given somebody to ask: the engine's own thread must never wait for a service.
    services = pipeline.services if rule.asks.statement else None
    try:
        result = rule.statement.apply(message, services)
        if result is NO_MATCH:
            return None
        return Run(delivery, rule, rule.occasion(message, result, services=pipeline.services))
    except EvaluationError as error:
        # As on AWS the rule fails for this message, which is logged and counted; error actions are for actions.
        pipeline.measures.sql_failures.labels(rule.name).inc()
        log.warning("the SQL failed", rule=rule.name, topic=message.topic, error=str(error))
        return None
    except Exception as error:
        # A fault of ours, where AWS has no precedent: the error action keeps the message.
        pipeline.measures.sql_failures.labels(rule.name).inc()
        log.exception("the SQL failed in a way that was not foreseen", rule=rule.name, topic=message.topic)
        failure = Failure("Rule", rule.name, f"{type(error).__name__}: {error}")
        occasion = rule.occasion(message, UNDEFINED, b"", services=pipeline.services)
        return Run(delivery, rule, occasion, failures=[failure])


def _settle(pipeline: Pipeline, delivery: Delivery, run: Run | None) -> None:
    if run is None:
        pipeline.on_nothing(delivery)
    else:
        _start(pipeline, run)


def _start(pipeline: Pipeline, run: Run) -> None:
    pipeline.matched[run.rule.name].inc()
    pipeline.dispatcher.start(run)
