"""What is under way: a delivery from the broker, its rules, and their actions.

::

    Delivery    a message as the broker handed it over, to be acknowledged when nothing of it is open
    └── Run     one rule that it matches, done when every action succeeded or the error action took it
        └── Task    one action of that rule

All of these belong to the engine's own thread. The threads of actions see only a task's request; those of look-ups read
a message and give back a run that nobody knows yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.actions import Action, Occasion
from rules.loading import Rule
from rules.repeats import Identity
from rules.sql import Message


@dataclass(slots=True, eq=False)
class Delivery:
    """A message and the broker's numbers for it.

    Args:
        message: the message.
        packet_ids: under which numbers of the present connection the broker wants to hear of it.
        identity: by which a repeat is recognised.
        rules: those whose filter selects the topic, or the one that Basic Ingest names.
        runs: those whose WHERE was true, with what SELECT gave.
        asking: those that must look something up to know.
        open_runs: runs not done, and rules not settled yet.
    """

    message: Message
    packet_ids: set[int]
    identity: Identity | None = None
    rules: tuple[Rule, ...] = ()
    runs: list[Run] = field(default_factory=list)
    asking: tuple[Rule, ...] = ()
    open_runs: int = 0


@dataclass(slots=True, eq=False)
class Run:
    """One rule on one message.

    Args:
        failures: what went wrong and waits for the error action.
        rounds: how often all of it was tried in vain, error action included.
    """

    delivery: Delivery
    rule: Rule
    occasion: Occasion
    open_tasks: int = 0
    failures: list[Failure] = field(default_factory=list)
    rounds: int = 0


@dataclass(slots=True, eq=False)
class Task:
    """One action for one message.

    Args:
        is_error_action: it takes what the others could not.
    """

    run: Run
    action: Action[Any]
    request: Any
    is_error_action: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an action could not be done.

    Args:
        failed_action: the action, as the envelope of an error action names it.
        failed_resource: what it works on.
        message: why.
        task: what to try once more if the error action fails too; None where nothing could be prepared.
    """

    failed_action: str
    failed_resource: str
    message: str
    task: Task | None = None


@dataclass(slots=True, eq=False)
class Job:
    """What a thread carries out at once: the request of one task, or a batch of many."""

    tasks: list[Task]
    request: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job; `error` is why it failed for good."""

    job: Job
    error: str | None = None
