"""The store's limit: the oldest waiting message gives way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.outbox import Message, State
from simulator.store import Budget, Store


def _message(arrival: int, state: State = State.WAITING) -> Message:
    return Message(row=arrival % 3, seq=arrival, payload=b"", arrival=arrival, state=state)


def test_the_budget_says_how_many_are_too_many() -> None:
    """Messages above the limit are to be dropped."""
    budget = Budget(limit=2)

    assert [budget.add(1) for _ in range(3)] == [0, 0, 1]
    assert budget.add(-1) == 0
    assert budget.used == 2


def test_messages_in_flight_are_not_dropped() -> None:
    """The broker may already have what is in flight."""
    store = Store(Budget(10))
    store.wait([_message(1, State.IN_FLIGHT), _message(2)])

    assert store.oldest().arrival == 2
    assert store.oldest() is None


def test_a_message_that_waits_again_is_as_old_as_before() -> None:
    """A recalled message is older than those that came while it was in flight."""
    store, first = Store(Budget(10)), _message(1)
    store.wait([_message(2), _message(3)])
    store.wait([first])

    assert store.oldest() is first


def test_stale_entries_do_not_pile_up() -> None:
    """A message that is sent and recalled a thousand times takes the room of one."""
    store, again = Store(Budget(10)), _message(1)
    for _ in range(5000):
        store.wait([again])

    assert len(store) <= 1024 + 1


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20))))
def test_oldest_is_the_minimum_of_what_waits(actions: list[tuple[bool, int]]) -> None:
    """As a plain list would do it: the oldest of all that wait and were not yet taken."""
    store, waiting = Store(Budget(1000)), []
    for number, (takes, flight) in enumerate(actions):
        if takes:
            expected = min(
                (one for one in waiting if one.state is State.WAITING), key=lambda m: m.arrival, default=None
            )
            found = store.oldest()
            assert found is expected
            if found is not None:
                found.state = State.SETTLED
        else:
            waiting.append(_message(number))
            store.wait([waiting[-1]])
            if flight < len(waiting) and waiting[flight].state is State.WAITING:
                waiting[flight].state = State.SETTLED
