"""The walk: each step looks whether it is done already, and is done if not.

Nothing is remembered between two walks. What is there decides, so a walk that was cut off goes on where it has to,
whoever calls it and from which machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from contracts.errors import FactoryError
from factory.deploy.errors import DeployError, DeployUsageError


class State(StrEnum):
    """What a look finds."""

    THERE = "done already"
    MISSING = "to do"
    HIDDEN = "not to be seen yet"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a step has found.

    Args:
        state: whether it is done.
        told: in words, what is there or what would be done.
    """

    state: State
    told: str


class Step(Protocol):
    """One step of the walk."""

    name: str

    def look(self) -> Look:
        """What is there; nothing is changed."""

    def do(self) -> str:
        """Do it, and tell what was done; half of it may be done already."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a step.

    Args:
        step: its name.
        state: done already, done, or, where nothing was to be changed, to do.
        told: in words.
    """

    step: str
    state: State
    told: str


def chosen(steps: Sequence[Step], until: str | None = None, skipped: Sequence[str] = ()) -> list[Step]:
    """The steps of a call, in their order.

    Args:
        steps: all of them.
        until: name of the last one.
        skipped: names of those that are left out.

    Raises:
        DeployUsageError: there is no step of that name.
    """
    names = [step.name for step in steps]
    for name in (*skipped, *([until] if until else ())):
        if name not in names:
            raise DeployUsageError(f"There is no step {name!r}.", remedy=f"Write one of {', '.join(names)}.")
    last = names.index(until) if until else len(names) - 1
    return [step for step in steps[: last + 1] if step.name not in skipped]


def walk(
    steps: Sequence[Step],
    *,
    dry: bool,
    say: Callable[[Result], None],
    refusals: tuple[type[Exception], ...] = (),
) -> list[Result]:
    """Walk the steps.

    Args:
        steps: in their order.
        dry: only look.
        say: is told of each step when it is over.
        refusals: what the library raises by which AWS is asked.

    Returns:
        What became of each.

    Raises:
        FactoryError: of the step that failed; its words name it, and that the walk goes on from there.
    """
    results = []
    for step in steps:
        try:
            result = _one(step, dry=dry)
        except FactoryError as error:
            raise _named(error, step.name) from error
        except refusals as error:
            refused = DeployError(
                f"AWS refuses: {str(error).rstrip('.')}.", remedy="Look at whose credentials these are."
            )
            raise _named(refused, step.name) from error
        say(result)
        results.append(result)
    return results


def _one(step: Step, *, dry: bool) -> Result:
    look = step.look()
    if look.state is State.THERE or dry:
        return Result(step.name, look.state, look.told)
    if look.state is State.HIDDEN:
        raise DeployError(f"It cannot be looked at: {look.told}.")
    return Result(step.name, State.DONE, step.do())


def _named(error: FactoryError, step: str) -> FactoryError:
    """The error with the step's name, and how it goes on."""
    kind = DeployUsageError if error.exit_status == DeployUsageError.exit_status else DeployError
    again = f"The same call goes on from the step {step}."
    return kind(f"{step}: {error.message}", remedy=f"{error.remedy} {again}" if error.remedy else again)
