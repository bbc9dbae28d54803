"""Readings as items of DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from maintenance.fleet.endpoint import Unjudged, Verdict
from maintenance.fleet.items import item_of, judged_anew, key_of, reading_of
from maintenance.fleet.readings import Told
from maintenance.sentences import SIGNAL_RANGES, FleetReading

MOMENT = datetime(2025, 10, 19, 17, 17, tzinfo=UTC)
TOLD = Told(FleetReading("VHC001", MOMENT, 73, 98, 124.5, status="ok"), "abc-0000002", "s3://b/k", 2)
VERDICT = Verdict("POSITIVE", 0.93, ({"signal": "engine_temp_c", "contribution": 1.7},), "fleet", "7")


def test_an_item() -> None:
    """Key, numbers as decimals of the same digits, what was not told left out."""
    assert {
        "device_id": "VHC001",
        "timestamp": "2025-10-19T17:17:00.000Z#abc-0000002",
        "read_at": "2025-10-19T17:17:00.000Z",
        "speed_kmph": 73,
        "fuel_level_percent": 98,
        "engine_temp_c": Decimal("124.5"),
        "status": "ok",
        "source": "s3://b/k",
        "line": 2,
        "invocation": "i1",
        "prediction": "POSITIVE",
        "probability": Decimal("0.93"),
        "explanation": {"engine_temp_c": Decimal("1.7")},
        "model": "fleet",
        "model_version": "7",
    } == item_of(TOLD, VERDICT, "i1")


def test_a_verdict_that_is_missing_is_not_made_up() -> None:
    """Neither a prediction nor a probability, but the reason; later the verdict takes the reason's place."""
    item = item_of(TOLD, Unjudged("The endpoint does not answer.", again=True), "i1")
    assert not {"prediction", "probability"} & item.keys()
    assert ("The endpoint does not answer.", True) == (item["prediction_absent_because"], item["prediction_pending"])

    after = judged_anew(item, VERDICT, "i2")

    assert item_of(TOLD, VERDICT, "i1") | {"judged_by_invocation": "i2"} == after


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), min_size=2))
def test_keys_sort_in_time(moments: list[datetime]) -> None:
    """Their text sorts as the moments do, to the millisecond."""
    cut = sorted(one.replace(microsecond=one.microsecond // 1000 * 1000, tzinfo=UTC) for one in moments)
    keys = [key_of(replace(TOLD, reading=replace(TOLD.reading, timestamp=moment)))[1] for moment in cut]

    assert keys == sorted(keys)


@given(
    st.builds(
        FleetReading,
        device_id=st.just("VHC001"),
        timestamp=st.integers(0, 10**12).map(lambda ms: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)),
        **{
            # Nearer to 0 than 1e-130 DynamoDB has nothing.
            name: st.none() | st.floats(*bounds).filter(lambda value: value == 0 or abs(value) >= 1e-130)
            for name, bounds in SIGNAL_RANGES.items()
        },
    )
)
def test_a_reading_comes_back(reading: FleetReading) -> None:
    """What is judged later is what was stored, digit for digit."""
    item = item_of(Told(reading, "m", "mqtt"), Unjudged("x", again=True), "i1")

    assert reading == reading_of(item)


def test_numbers_too_small_for_dynamodb_are_0() -> None:
    """It refuses magnitudes below 1e-130, and with them all items of the request."""
    told = replace(TOLD, reading=replace(TOLD.reading, speed_kmph=1e-131))

    item = item_of(told, replace(VERDICT, probability=5e-324), "i1")

    assert (0, 0) == (item["speed_kmph"], item["probability"])
    assert Decimal("1E-130") == item_of(told, replace(VERDICT, probability=1e-130), "i1")["probability"]
