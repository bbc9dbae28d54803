"""What is sent now and what is held, with the mail server's whims and the queue's repeats left to chance."""

from __future__ import annotations

import itertools
import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.mail.cool_off import CoolOff
from factory.mail.notification import Notification

COOL_OFF_S = 300.0


def notification(device: str, value: float = 99.5, second: int = 0) -> Notification:
    """What the critical rule tells of a machine."""
    told_at = f"2026-01-02T03:{second // 60:02}:{second % 60:02}.000Z"
    facts = {"alarm": "critical_temperature", "device_id": device, "value": value, "limit_value": 95}
    return Notification(Message=json.dumps(facts | {"measured_at": told_at}))


class Step(NamedTuple):
    """Something that happens: time passes, then a notification comes, and the mail server does its work or not."""

    pause_s: float
    device: str
    repeated: bool
    server_works: bool


STEPS = st.lists(
    st.builds(
        Step, st.sampled_from([0.0, 1.0, 7.5, 150.0, 400.0]), st.sampled_from("AB"), st.booleans(), st.booleans()
    ),
    max_size=60,
)


class Replay:
    """Plays steps, and remembers which ids were told in which mail."""

    def __init__(self, cool_off_s: float) -> None:
        self.desk = CoolOff(cool_off_s)
        self.now = 0.0
        self.given: list[str] = []
        self.mails: list[tuple[float, str, list[str]]] = []

    def play(self, steps: list[Step]) -> None:
        """Play all of them."""
        for step in steps:
            self.now += step.pause_s
            held = [(id_, bundle) for bundle in self.desk.held() for id_ in bundle.receipts]
            if step.repeated and held:
                id_, bundle = held[0]
                self.desk.take(id_, "again", bundle.first, self.now)
            else:
                id_ = f"{step.device}{len(self.given)}"
                self.given.append(id_)
                self.desk.take(id_, "first", notification(step.device), self.now)
            self.send(works=step.server_works)

    def send(self, *, works: bool) -> None:
        """Try to send what is due."""
        for bundle in self.desk.due(self.now):
            device = bundle.first.facts["device_id"]
            if works:
                self.mails.append((self.now, device, list(self.desk.taken(bundle, self.now))))
            else:
                self.desk.failed(bundle, self.now)

    def told(self) -> list[str]:
        """Ids of all that was told, in order."""
        return [id_ for _, _, ids in self.mails for id_ in ids]


@given(STEPS)
def test_nothing_is_lost_and_nothing_told_twice(steps: list[Step]) -> None:
    """At any moment each notification is either held or was told in exactly one mail."""
    replay = Replay(COOL_OFF_S)
    replay.play(steps)
    held = [id_ for bundle in replay.desk.held() for id_ in bundle.receipts]
    assert sorted(held + replay.told()) == sorted(replay.given)
    assert len(replay.desk) == len(held)


@given(STEPS)
def test_all_is_told_once_the_time_is_over(steps: list[Step]) -> None:
    """With a server that works, one cool-off time later nothing is held any more."""
    replay = Replay(COOL_OFF_S)
    replay.play(steps)
    replay.now += COOL_OFF_S
    replay.send(works=True)
    assert sorted(replay.told()) == sorted(replay.given)
    assert replay.desk.wait(replay.now) is None


@given(STEPS)
def test_between_two_mails_of_a_machine_is_the_cool_off_time(steps: list[Step]) -> None:
    """Whatever comes and fails, no machine has two mails within it."""
    replay = Replay(COOL_OFF_S)
    replay.play(steps)
    for device in "AB":
        times = [at for at, about, _ in replay.mails if about == device]
        assert all(later - earlier >= COOL_OFF_S for earlier, later in itertools.pairwise(times))


@given(STEPS, st.sampled_from("AB"))
def test_the_first_after_a_quiet_time_is_due_at_once(steps: list[Step], device: str) -> None:
    """After a cool-off time in which all was told and nothing came, no mail waits."""
    replay = Replay(COOL_OFF_S)
    replay.play(steps)
    for _ in range(2):
        replay.now += COOL_OFF_S
        replay.send(works=True)
    replay.desk.take("new", "receipt", notification(device), replay.now)
    assert [list(bundle.receipts) for bundle in replay.desk.due(replay.now)] == [["new"]]


@given(STEPS)
def test_without_a_cool_off_time_each_has_its_own_mail(steps: list[Step]) -> None:
    """With 0, a mail tells of one notification, and none is held while the server works."""
    replay = Replay(0.0)
    replay.play([step._replace(server_works=True) for step in steps])
    assert all(len(ids) == 1 for _, _, ids in replay.mails)
    assert sorted(replay.told()) == sorted(replay.given)


@given(
    st.lists(st.tuples(st.integers(0, 3599), st.floats(95, 400)), min_size=1, max_size=30, unique_by=lambda one: one[0])
)
def test_first_last_and_worst_are_of_the_readings(readings: list[tuple[int, float]]) -> None:
    """In whatever order the queue delivers them, time and distance from the limit decide."""
    desk = CoolOff(COOL_OFF_S)
    for index, (second, value) in enumerate(readings):
        desk.take(str(index), "receipt", notification("M003", value, second), 0.0)
    (bundle,) = desk.held()
    assert bundle.first.value == min(readings)[1]
    assert bundle.last.value == max(readings)[1]
    assert bundle.worst.value == max(value for _, value in readings)
    assert len(bundle) == len(readings)


def test_a_machine_does_not_hold_back_another() -> None:
    """Each machine has its own first mail."""
    desk = CoolOff(COOL_OFF_S)
    for device in ("M003", "M004"):
        desk.take(device, "receipt", notification(device), 0.0)
    assert len(desk.due(0.0)) == 2


def test_a_repeat_brings_its_new_receipt() -> None:
    """By the old one the queue would delete nothing."""
    desk = CoolOff(COOL_OFF_S)
    for receipt in ("old", "new"):
        desk.take("id", receipt, notification("M003"), 0.0)
    (bundle,) = desk.due(0.0)
    assert desk.taken(bundle, 0.0) == {"id": "new"}


def test_pauses_after_failures_double_up_to_the_longest() -> None:
    """A server that is away is not asked without end."""
    desk = CoolOff(COOL_OFF_S, longest_pause_s=60)
    desk.take("id", "receipt", notification("M003"), 0.0)
    (bundle,) = desk.held()
    assert [desk.failed(bundle, 0.0) for _ in range(7)] == [2, 4, 8, 16, 32, 60, 60]
    assert desk.wait(10.0) == pytest.approx(50.0)


def test_what_is_held_tells_for_how_long() -> None:
    """The queue is told to wait as long as the digest does."""
    desk = CoolOff(COOL_OFF_S)
    desk.take("one", "r1", notification("M003"), 0.0)
    desk.taken(desk.due(0.0)[0], 0.0)
    desk.take("two", "r2", notification("M003"), 100.0)
    assert desk.waits(["one", "two", "three"], 100.0) == {"two": ("r2", 200.0)}
