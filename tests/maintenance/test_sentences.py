"""The fleet's sentences: read exactly as they are written, refused in a sentence where they are not."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.telemetry import VehicleTelemetry
from maintenance.sentences import SIGNAL_RANGES, FleetReading, SentenceError, format_sentence, parse_sentence

INDIA = ZoneInfo("Asia/Kolkata")
# The record of the fleet's owner, character by character.
SENTENCE = (
    "device_id VHC001 reported at timestamp 19-10-2025 22:47 with speed_kmph 73, fuel_level_percent 98, "
    "engine_temp_c 124, gps_latitude 12.398542, gps_longitude 79.921675, odometer_km 10365, "
    "and status maintenance_required."
)


def changed(old: str, new: str) -> str:
    """The owner's record with something else in a place."""
    assert old in SENTENCE
    return SENTENCE.replace(old, new)


def test_the_owners_record() -> None:
    """The owner's record is read with all it tells; India is five and a half hours ahead of UTC."""
    expected = FleetReading(
        "VHC001",
        datetime(2025, 10, 19, 17, 17, tzinfo=UTC),
        speed_kmph=73,
        fuel_level_percent=98,
        engine_temp_c=124,
        gps_latitude=12.398542,
        gps_longitude=79.921675,
        odometer_km=10365,
        status="maintenance_required",
    )

    assert expected == parse_sentence(SENTENCE, INDIA)
    assert expected == parse_sentence(f"  {SENTENCE}\r\n", INDIA)


def test_negative_numbers() -> None:
    """A cold engine south of the equator and west of Greenwich is read."""
    line = changed("engine_temp_c 124", "engine_temp_c -12.5").replace("12.398542", "-33.9").replace("79.92", "-70.92")

    reading = parse_sentence(line, INDIA)

    assert (-12.5, -33.9, -70.921675) == (reading.engine_temp_c, reading.gps_latitude, reading.gps_longitude)


def test_zone() -> None:
    """The same clock in another zone is another moment; of an hour told twice the first is meant."""
    # Berlin set its clocks back at 03:00 on 26 October 2025, so 02:30 came first at 00:30 UTC, then at 01:30 UTC.
    line = changed("19-10-2025 22:47", "26-10-2025 02:30")

    assert datetime(2025, 10, 26, 0, 30, tzinfo=UTC) == parse_sentence(line, ZoneInfo("Europe/Berlin")).timestamp


def test_order_spaces_and_seconds_are_free() -> None:
    """Signals may stand in any order, with more than one space, and a clock may have seconds."""
    line = (
        "device_id  VHC002 reported at timestamp 1-2-2026 6:05:09 with odometer_km 1,gps_longitude 2, gps_latitude 3,  "
        "engine_temp_c 4 , fuel_level_percent 5, and speed_kmph 6."
    )

    reading = parse_sentence(line, ZoneInfo("UTC"))

    assert FleetReading("VHC002", datetime(2026, 2, 1, 6, 5, 9, tzinfo=UTC), 6, 5, 4, 3, 2, 1) == reading


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "'' does not begin like one"),
        ('{"device_id": "VHC001"}', "does not begin like one"),
        (changed("VHC001", "VHC/001"), "device_id 'VHC/001'"),
        (changed("19-10-2025", "2025-10-19"), "timestamp '2025-10-19 22:47'"),
        (changed("19-10-2025", "31-02-2025"), "timestamp '31-02-2025 22:47'"),
        (changed("22:47", "24:00"), "timestamp '19-10-2025 24:00'"),
        (changed("19-10-2025 22:47", "01-01-0001 00:00"), "timestamp '01-01-0001 00:00'"),
        (changed("speed_kmph 73", "speed_kmph fast"), "speed_kmph 'fast' is not a number"),
        (changed("speed_kmph 73", "speed_kmph nan"), "speed_kmph 'nan' is not a number"),
        (changed("speed_kmph 73", "speed_kmph ७३"), "speed_kmph '७३' is not a number"),
        (changed("speed_kmph 73", "speed_kmph 1e99"), "speed_kmph 1e+99 cannot be"),
        (changed("gps_latitude 12.398542", "gps_latitude 90.1"), "gps_latitude 90.1 cannot be"),
        (changed("speed_kmph 73, ", ""), "speed_kmph is missing"),
        (changed("odometer_km 10365, ", "odometer_km 10,365, "), "'365' is not a name and its value"),
        (changed("odometer_km", "odometer_mi"), "'odometer_mi' is not known"),
        (changed("odometer_km 10365", "odometer_km 10365, odometer_km 1"), "odometer_km is told twice"),
        (SENTENCE * 6, "1308 characters"),
    ],
)
def test_what_is_no_sentence(line: str, told: str) -> None:
    """What cannot be read is refused with the part and its value."""
    with pytest.raises(SentenceError) as caught:
        parse_sentence(line, INDIA)

    assert told in str(caught.value)


@pytest.mark.parametrize("end", range(10, len(SENTENCE) - len("maintenance_required.")))
def test_a_line_cut_off_is_not_read_as_another(end: int) -> None:
    """Wherever a writer was interrupted before the status, its half line is refused, not read as other numbers."""
    with pytest.raises(SentenceError):
        parse_sentence(SENTENCE[:end], INDIA)


def test_ranges_are_those_of_the_telemetry() -> None:
    """A sentence may tell what a vehicle's message may tell, and no more."""

    def bound(name: str, kind: str) -> float:
        found = (getattr(one, kind, None) for one in VehicleTelemetry.model_fields[name].metadata)
        return float(next(value for value in found if value is not None))

    assert {name: (bound(name, "ge"), bound(name, "le")) for name in SIGNAL_RANGES} == dict(SIGNAL_RANGES)


NAMES = st.text("ABCxyz019_-", min_size=1, max_size=64)
READINGS = st.builds(
    FleetReading,
    device_id=NAMES,
    timestamp=st.integers(0, 10**7).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    status=NAMES,
    **{
        name: st.integers(int(low * 1000), int(high * 1000)).map(lambda n: n / 1000)
        for name, (low, high) in SIGNAL_RANGES.items()
    },
)


@given(READINGS)
def test_round_trip(reading: FleetReading) -> None:
    """What is written as a sentence is read as it was."""
    assert reading == parse_sentence(format_sentence(reading, INDIA), INDIA)


def test_sentences_have_no_word_for_a_silent_sensor() -> None:
    """A reading without one of its signals cannot be told in a sentence."""
    with pytest.raises(SentenceError, match="speed_kmph"):
        format_sentence(FleetReading("VHC001", datetime(2026, 1, 1, tzinfo=UTC)), INDIA)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """The owner's record with any text in place of one of its characters."""
    at = draw(st.integers(0, len(SENTENCE)))
    return SENTENCE[:at] + draw(st.text(max_size=5)) + SENTENCE[at + 1 :]


@given(st.text() | spoilt())
@example("device_id x reported at timestamp 99-99-9999 99:99 with .")
def test_garbage_is_refused_and_nothing_else(line: str) -> None:
    """Whatever a line holds, it is a reading within its ranges or a `SentenceError`."""
    with contextlib.suppress(SentenceError):
        reading = parse_sentence(line, INDIA)

        assert all(low <= getattr(reading, name) <= high for name, (low, high) in SIGNAL_RANGES.items())
