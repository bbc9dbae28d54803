"""Real readings as a machine."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.telemetry import MachineTelemetry, Signal
from simulator.errors import ReplayError
from simulator.replay import Replay, encode_replay
from simulator.replay_spec import ReplaySpec
from simulator.scenario import load_scenario

NAB = Path(__file__).parent / "data" / "nab"
HOUR = "time,t,p\n"


@pytest.fixture
def nab() -> Replay:
    """The temperature of NAB's machine."""
    return Replay(load_scenario(NAB / "replay.yaml").replays[0], "plant1")


@pytest.fixture
def make_replay(tmp_path: Path) -> Callable[..., Replay]:
    """A replay of a text."""

    def make(text: str | bytes, **changes: object) -> Replay:
        file = tmp_path / "readings.csv"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        signals = {"temp": {"column": "t"}, "power": {"column": "p", "unit": "W"}}
        spec = {"device_id": "R001", "file": file, "timestamp_column": "time", "signals": signals} | changes
        return Replay(ReplaySpec.model_validate(spec), "plant1")

    return make


def test_every_row_of_nab_is_told(nab: Replay) -> None:
    """All rows of the file come, in its order, in °C, at its times."""
    with (NAB / "machine_temperature_system_failure.csv").open() as file:
        expected = [(row["timestamp"], float(row["value"])) for row in csv.DictReader(file)]
    told = [(row.timestamp.strftime("%Y-%m-%d %H:%M:%S"), row.values[Signal.TEMP] * 1.8 + 32) for row in nab.rows()]

    assert len(told) == 22_695  # the count in NAB's own documentation
    assert [time for time, _ in told] == [time for time, _ in expected]
    assert [value for _, value in told] == pytest.approx([value for _, value in expected], abs=1e-9)


def test_first_row_of_nab_in_celsius(nab: Replay) -> None:
    """The first value, 73.96732207 °F, is 23.3152 °C."""
    # (73.96732207 - 32) / 1.8 = 41.96732207 / 1.8 = 23.31517893
    assert next(nab.rows()).values[Signal.TEMP] == pytest.approx(23.31517893, abs=1e-8)


def test_repeated_hour_of_nab_is_said(nab: Replay) -> None:
    """The hour that stands in the file twice is counted and named; nothing is dropped."""
    (stretch,) = nab.report.repeated

    assert nab.report.repeated_rows == 12
    assert (stretch.first, stretch.last) == (
        datetime(2014, 1, 7, 2, 0, tzinfo=UTC),
        datetime(2014, 1, 7, 2, 55, tzinfo=UTC),
    )
    assert nab.report.sentence() == (
        "machine_temperature_system_failure.csv: 22695 rows from 2013-12-02 21:15 to 2014-02-19 15:25; "
        "12 rows repeat times or step back (2014-01-07 02:00 to 2014-01-07 02:55), all kept."
    )


def test_unpaced_rows_are_due_at_once(nab: Replay) -> None:
    """Without a pace every row is due at the start."""
    assert {row.due_s for row in nab.rows()} == {0.0}


def test_message_is_telemetry(nab: Replay) -> None:
    """A row becomes a valid message with the file's time and all digits of the value."""
    row = next(nab.rows())
    message = MachineTelemetry.model_validate_json(encode_replay(row, "R001", 2, 1))

    assert (message.device_id, message.run, message.seq, message.state) == ("R001", 2, 1, "running")
    assert message.timestamp == datetime(2013, 12, 2, 21, 15, tzinfo=UTC)
    assert message.temp == row.values[Signal.TEMP]
    assert message.power is None


def test_columns_are_signals(make_replay: Callable[..., Replay]) -> None:
    """Several columns are told in the telemetry's units; what is not asked for is left."""
    replay = make_replay("time,t,p,other\n2026-01-02T03:04:05Z,20.5,1500,x\n")

    assert [row.values for row in replay.rows()] == [{Signal.TEMP: 20.5, Signal.POWER: 1.5}]


def test_gaps_are_absent_and_counted(make_replay: Callable[..., Replay]) -> None:
    """An empty field or NaN is no value; the row is told without it."""
    replay = make_replay(HOUR + "2026-01-02T00:00,,1\n2026-01-02T00:01,nan,2\n2026-01-02T00:02,3,\n")

    assert [sorted(row.values) for row in replay.rows()] == [["power"], ["power"], ["temp"]]
    assert replay.report.gaps == {Signal.TEMP: 2, Signal.POWER: 1}
    assert replay.report.sentence().endswith("missing values: 2 of temp, 1 of power.")


def test_times_without_a_zone_have_the_scenarios(make_replay: Callable[..., Replay]) -> None:
    """A time without a zone is in the scenario's; one with a zone of its own keeps it."""
    replay = make_replay(
        HOUR + "2026-07-01 12:00,1,1\n2026-07-01T12:00:00+05:00,1,1\n", timezone="Europe/Berlin", speed=None
    )

    assert [row.timestamp.hour for row in replay.rows()] == [10, 7]


def test_pace_follows_the_file(make_replay: Callable[..., Replay]) -> None:
    """At sixty times the speed, rows a minute apart are due a second apart."""
    replay = make_replay(HOUR + "2026-01-02 00:00,1,1\n2026-01-02 00:01,1,1\n2026-01-02 00:03,1,1\n", speed=60)

    assert [row.due_s for row in replay.rows()] == [0, 1, 3]


def test_pace_goes_on_where_the_clock_steps_back(make_replay: Callable[..., Replay]) -> None:
    """Where the file's clock repeats or steps back, rows come at the pace they had."""
    times = ["00:00", "00:05", "00:10", "00:05", "00:05", "00:10"]
    replay = make_replay(HOUR + "".join(f"2026-01-02 {time},1,1\n" for time in times), speed=300)

    assert [row.due_s for row in replay.rows()] == [0, 1, 2, 3, 4, 5]
    assert replay.report.repeated_rows == 3


def test_two_repeats_are_two_stretches(make_replay: Callable[..., Replay]) -> None:
    """Each stretch of repeated times is reported on its own, with its line."""
    times = ["00:00", "00:05", "00:00", "00:10", "00:05", "00:10", "00:15"]
    replay = make_replay(HOUR + "".join(f"2026-01-02 {time},1,1\n" for time in times))

    assert [(stretch.line, stretch.rows) for stretch in replay.report.repeated] == [(4, 1), (6, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: there is no column 'time'. It is empty."),
        ("time,t\n", "line 1: there is no column 'p'. Its columns are time, t."),
        (HOUR, "there is no row after the header."),
        (HOUR + "2026-01-02,1,1\nyesterday,1,1\n", "line 3: 'yesterday' is not a time. Write ISO 8601"),
        (HOUR + "2026-01-02,hot,1\n", "line 2: 'hot' is not a number."),
        (HOUR + "2026-01-02,1\n2026-01-03,1,x\n", "line 3: 'x' is not a number."),
        (HOUR + "2026-01-02,5000,1\n", "line 2: temp 5000 is out of the telemetry's range, -60 to 500. Is the unit"),
        (HOUR + "2026-01-02,inf,1\n", "line 2: temp inf is out of"),
        (HOUR + "0001-01-01T00:00+09:00,1,1\n", "line 2: '0001-01-01T00:00+09:00' is not a time."),
        (b"\xff\xfe\x00", "it is not UTF-8 text."),
    ],
)
def test_what_cannot_be_replayed(
    text: str | bytes, expected: str, make_replay: Callable[..., Replay], tmp_path: Path
) -> None:
    """A wrong file is refused before its first message, with its line."""
    with pytest.raises(ReplayError) as caught:
        make_replay(text)
    assert str(caught.value).replace(f"{tmp_path}/readings.csv", "").lstrip(",: ").startswith(expected)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be opened is named with the reason."""
    spec = ReplaySpec(device_id="R001", file=tmp_path / "none.csv", signals={"temp": {"column": "t"}})

    with pytest.raises(ReplayError, match=r"none\.csv: cannot be read: No such file"):
        Replay(spec, "plant1")


def test_rows_can_be_read_again(nab: Replay) -> None:
    """A replay can be begun again from its first row."""
    assert next(nab.rows()) == next(nab.rows())
    assert nab.report.last - nab.report.first == timedelta(days=78, hours=18, minutes=10)
