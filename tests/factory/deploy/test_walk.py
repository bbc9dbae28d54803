"""The walk, with steps that are a set of facts: what is there decides what is done."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import FactoryError, UsageError
from factory.deploy.walk import Look, Result, State, chosen, walk

NAMES = ("bootstrap", "foundation", "secrets", "images", "machines", "services")


@dataclass
class World:
    """What is there, and what was done in it.

    Args:
        there: names of steps that are done.
        breaks_at: the step that fails, once.
    """

    there: set[str] = field(default_factory=set)
    breaks_at: str | None = None
    done: list[str] = field(default_factory=list)

    def steps(self) -> list[Fact]:
        """The steps in it; each can only be seen when those before it are done."""
        return [Fact(name, NAMES[:number], self) for number, name in enumerate(NAMES)]


@dataclass
class Fact:
    """A step that is done when its name is in the world."""

    name: str
    needed: tuple[str, ...]
    world: World

    def look(self) -> Look:
        """Whether it is there."""
        if self.name in self.world.there:
            return Look(State.THERE, "there")
        return Look(State.MISSING if self.world.there >= set(self.needed) else State.HIDDEN, "to do")

    def do(self) -> str:
        """Do it, or fail."""
        if self.world.breaks_at == self.name:
            self.world.breaks_at = None
            raise FactoryError("the network went away.", remedy="Try again.")
        self.world.there.add(self.name)
        self.world.done.append(self.name)
        return "done"


def walked(world: World, *, dry: bool = False) -> list[Result]:
    """One walk through all of it."""
    return walk(world.steps(), dry=dry, say=lambda _: None)


@given(st.integers(min_value=0, max_value=len(NAMES)))
def test_a_walk_goes_on_behind_whatever_was_done(length: int) -> None:
    """Any prefix of done steps leads to the rest of them, in order, and to no other."""
    world = World(set(NAMES[:length]))
    walked(world)

    assert world.done == list(NAMES[length:])


@given(st.sampled_from(NAMES))
def test_a_walk_that_broke_is_resumed_at_the_step_that_broke(name: str) -> None:
    """The two walks together do each step once; the error names the step and says that it goes on."""
    world = World(breaks_at=name)
    with pytest.raises(
        FactoryError, match=f"^{name}: the network went away. Try again. .*goes on from the step {name}"
    ):
        walked(world)
    walked(world)

    assert world.done == list(NAMES)


@given(st.sets(st.sampled_from(NAMES)))
def test_what_somebody_took_away_is_made_again_and_nothing_else(gone: set[str]) -> None:
    """Not a marker but what is there decides, also in the middle."""
    world = World(set(NAMES) - gone)
    walked(world)

    assert world.done == [name for name in NAMES if name in gone]


def test_a_second_walk_does_nothing() -> None:
    """And says of each step that it is done already."""
    world = World()
    walked(world)
    again = walked(world)

    assert world.done == list(NAMES)
    assert {one.state for one in again} == {State.THERE}


@given(st.sets(st.sampled_from(NAMES)))
def test_a_dry_walk_changes_nothing(there: set[str]) -> None:
    """It tells of each step what would be done, and of those that cannot be seen yet that they cannot."""
    world = World(set(there))
    results = walked(world, dry=True)

    assert (world.there, world.done) == (there, [])
    assert [one.step for one in results] == list(NAMES)
    assert {one.step for one in results if one.state is State.THERE} == there


@pytest.mark.parametrize(
    ("until", "skipped", "names"),
    [
        (None, (), NAMES),
        ("secrets", (), NAMES[:3]),
        ("secrets", ("foundation",), ("bootstrap", "secrets")),
        (None, ("services",), NAMES[:5]),
    ],
)
def test_a_call_chooses_its_steps(until: str | None, skipped: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Up to one of them, and without some."""
    assert tuple(step.name for step in chosen(World().steps(), until, skipped)) == names


def test_a_step_that_there_is_not_is_refused() -> None:
    """A misspelt --until would else walk to the end."""
    with pytest.raises(UsageError, match=r"There is no step 'servces'.*bootstrap, foundation"):
        chosen(World().steps(), "servces")


def test_what_aws_refuses_is_told_by_step() -> None:
    """And a step that cannot be looked at because one before it was left out fails, and does nothing."""
    world = World(set(NAMES[:2]))
    with pytest.raises(FactoryError, match=r"^images: It cannot be looked at"):
        walk(world.steps()[3:], dry=False, say=lambda _: None)
    assert world.done == []

    class Refused(Fact):
        def look(self) -> Look:
            raise TimeoutError("ExpiredToken")

    with pytest.raises(FactoryError, match=r"^secrets: AWS refuses: ExpiredToken\."):
        walk([Refused("secrets", (), world)], dry=False, say=lambda _: None, refusals=(TimeoutError,))
