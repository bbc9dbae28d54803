"""Alerts: who tells them, and what of a function that dies meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from maintenance.fleet.alerts import CLAIM_S, engine_text
from maintenance.fleet.readings import Told
from maintenance.fleet.report import Report
from maintenance.sentences import FleetReading

HOT = FleetReading("VHC001", datetime(2025, 10, 19, 17, 17, tzinfo=UTC), 73, 98, 124, 12.398542, 79.921675, 10365)


def told(reading: FleetReading = HOT, mark: str = "a") -> Told:
    """A reading from somewhere."""
    return Told(reading, mark, "mqtt")


def report() -> Report:
    """One that nobody reads."""
    return Report("i1", lambda _: None)


def test_of_many_functions_one_tells(fleet: Any) -> None:
    """Functions that see the same engine at the same time send one mail between them."""
    for mark in "abcd":
        fleet.doors.pipeline.alerts.consider([told(mark=mark)], report())

    assert 1 == len(fleet.taken_from(fleet.mails))


def test_a_function_that_dies_before_it_tells(fleet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alert is held back for a minute, not for the window."""
    alerts = fleet.doors.pipeline.alerts
    with monkeypatch.context() as broken:

        def die(**_: object) -> None:
            raise RuntimeError("the process ended")

        broken.setattr(alerts._sns, "publish", die)
        with pytest.raises(RuntimeError):
            alerts.consider([told()], report())

    alerts.consider([told(mark="b")], report())
    assert [] == fleet.taken_from(fleet.mails)
    fleet.time_of_day[0] += CLAIM_S

    alerts.consider([told(mark="c")], report())

    assert 1 == len(fleet.taken_from(fleet.mails))


def test_a_mail_that_was_not_taken_is_sent_by_the_next_attempt(fleet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNS fails, and the event is handed over again, perhaps seconds later: the alert must not be held back then."""
    alerts = fleet.doors.pipeline.alerts
    with monkeypatch.context() as broken:

        def refuse(**_: object) -> None:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "try again"}}, "Publish")

        broken.setattr(alerts._sns, "publish", refuse)
        with pytest.raises(ClientError):
            alerts.consider([told()], report())
    fleet.time_of_day[0] += 1

    alerts.consider([told()], report())

    assert 1 == len(fleet.taken_from(fleet.mails))


@pytest.mark.parametrize(("temperature", "mails"), [(100.0, 0), (100.1, 1), (None, 0)])
def test_the_threshold(fleet: Any, temperature: float | None, mails: int) -> None:
    """Above it is too hot, at it is not; an engine that was not measured is not hot."""
    reading = FleetReading("VHC001", HOT.timestamp, engine_temp_c=temperature)

    fleet.doors.pipeline.alerts.consider([told(reading)], report())

    assert mails == len(fleet.taken_from(fleet.mails))


def test_a_mail_without_a_position() -> None:
    """What was not measured is unknown, and the mail is sent all the same."""
    text = engine_text(
        FleetReading("VHC001", HOT.timestamp, engine_temp_c=101), 100, ZoneInfo("Asia/Kolkata"), "x", "i1"
    )

    for line in ("Speed: unknown", "Fuel: unknown", "Position: unknown", "Engine temperature: 101.0 °C"):
        assert line in text.splitlines()
