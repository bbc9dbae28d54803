"""Answers from the truth."""

from __future__ import annotations

import numpy as np

from maintenance.plant_models.labels import fails_within, fault_kinds, time_to_failure_h, whole_lives
from maintenance.plant_models.source import Fault, WearHistory

NAN = float("nan")


def wear(*rows: tuple[int, str, int, float, float]) -> WearHistory:
    """Rows of machine, component, cycle, hour and time to failure."""
    machine, component, cycle, hour, left = zip(*rows, strict=True)
    return WearHistory(
        np.array(machine), np.array(component), np.array(cycle), np.array(hour), np.full(len(rows), 0.5), np.array(left)
    )


def fault(kind: str, begin_h: float, end_h: float, machine: int = 0, family: str = "sensor") -> Fault:
    """A fault on a machine."""
    return Fault(f"{kind}-{begin_h}", machine, family, kind, "temp", begin_h, end_h)


def test_the_next_failure_of_any_component_counts() -> None:
    """Of two components the one that fails first; an hour's features are known at its end, an hour later."""
    history = wear((0, "bearing", 0, 11.0, 90.0), (0, "seal", 0, 11.0, 20.0), (1, "bearing", 0, 11.0, NAN))
    left = time_to_failure_h(history, [10, 11], 2)

    assert left[:, 0].tolist() == [20.0, 19.0]
    assert np.isnan(left[:, 1]).all()


def test_failures_are_known_between_the_rows_of_wear() -> None:
    """Wear told each six hours, at odd minutes: each hour knows the failure to come, and after it the next one."""
    history = wear((0, "bearing", 0, 5.25, 6.0), (0, "bearing", 0, 11.25, 0.0), (0, "bearing", 1, 17.25, 10.0))
    left = time_to_failure_h(history, [7, 10, 11, 20, 30], 1)

    assert left[:4, 0].tolist() == [3.25, 0.25, 15.25, 6.25]
    assert np.isnan(left[4, 0])


def test_the_last_days_have_no_answer() -> None:
    """A failure within the horizon does not count where a machine that goes on could not be told to go on."""
    fails = fails_within(np.array([[1.0, 500.0]] * 3), [0, 32, 33], end_h=201.0, horizon_h=168.0)

    assert fails[:2].tolist() == [[1.0, 0.0], [1.0, 0.0]]  # seen for 200 h and for 168 h
    assert np.isnan(fails[2]).all()


def test_whole_lives_begin_with_a_renewal() -> None:
    """The first bearing of a machine was there before anybody looked, so its life is not known; the second one's is."""
    history = wear(
        (0, "bearing", 0, 0.0, 5.0),
        (0, "bearing", 1, 6.0, 100.0),
        (0, "bearing", 1, 7.0, 99.0),
        (0, "seal", 1, 6.0, 3.0),
    )
    [life] = whole_lives(history, "bearing")

    assert (life.machine, life.begin_h, life.length_h) == (0, 6.0, 100.0)


def test_a_fault_has_its_hours() -> None:
    """From 100.5 to 110: hours 103 to 109 are its own; those around its begin and end have no answer; others none."""
    kinds, which = fault_kinds([fault("bias", 100.5, 110.0)], list(range(98, 115)), 1)
    told = dict(zip(range(98, 115), kinds[:, 0].tolist(), strict=True))

    assert told[99] == "none"
    assert told[100] == told[102] == ""
    assert all(told[hour] == "bias" for hour in range(103, 110))
    assert told[110] == told[111] == ""
    assert told[112] == "none"
    assert set(which[5:12, 0].tolist()) == {0}


def test_two_faults_at_once_have_no_answer() -> None:
    """Where two overlap nobody can say which of them it is; where one is alone, it counts."""
    kinds, _ = fault_kinds([fault("bias", 100.0, 120.0), fault("noise", 110.0, 130.0)], [105, 115, 125], 1)

    assert kinds[:, 0].tolist() == ["bias", "", "noise"]


def test_faults_of_messages_show_in_no_signal() -> None:
    """A late message is no fault of the machine's signals."""
    kinds, _ = fault_kinds([fault("delayed", 100.0, 120.0, family="message")], [110], 1)

    assert kinds[0, 0] == "none"
