"""`factory lake` from the command line."""

import json
from pathlib import Path

import pytest
from lake_lines import DAY, as_object, machine_line, minutes, raw_key

from factory.cli import run
from maintenance.lake.tables import MACHINE_TELEMETRY


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """An archive of a machine, three readings and a line that is none."""
    lines = [machine_line("M001", seq, at, temp=80 + seq) for seq, at in enumerate(minutes(3), start=1)]
    path = tmp_path / "lake" / raw_key(DAY, "a")
    path.parent.mkdir(parents=True)
    path.write_bytes(as_object(*lines, "nonsense"))
    return str(tmp_path / "lake")


def test_compact_tells_what_it_did(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For people, and as JSON; a second time there is nothing to do."""
    assert run(["lake", "compact", "--lake", lake]) == 0
    told = capsys.readouterr().out
    assert "1  days written" in told
    assert "1  refused" in told
    assert run(["lake", "compact", "--lake", lake, "--json"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert (numbers["days_written"], numbers["days_unchanged"], numbers["files"]) == (0, 1, 1)
    assert numbers["digest"] in told


def test_query_shows_a_table_json_and_csv(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is left out of the table is told on standard error."""
    run(["lake", "compact", "--lake", lake])
    capsys.readouterr()
    call = ["lake", "query", "--lake", lake, "SELECT timestamp, temp FROM machine_telemetry ORDER BY seq"]
    assert run([*call, "--rows", "2"]) == 0
    shown = capsys.readouterr()
    assert [line.split() for line in shown.out.splitlines()] == [
        ["timestamp", "temp"], ["2026-01-31T00:00:00.000Z", "81"], ["2026-01-31T00:01:00.000Z", "82"],
    ]  # fmt: skip
    assert shown.err == "1 of 3 rows are not shown; --rows shows more, --csv all.\n"
    assert run([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[2] == {"timestamp": "2026-01-31T00:02:00.000Z", "temp": 83.0}


def test_csv_goes_to_standard_output(lake: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """All rows, with a header."""
    run(["lake", "compact", "--lake", lake])
    capfdbinary.readouterr()
    assert run(["lake", "query", "--lake", lake, "--csv", "SELECT seq, temp FROM machine_telemetry ORDER BY seq"]) == 0
    assert capfdbinary.readouterr().out.splitlines() == [b'"seq","temp"', b"1,81", b"2,82", b"3,83"]


def test_a_table_is_written_whole_where_no_terminal_is(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All columns with all their letters, however many they are."""
    run(["lake", "compact", "--lake", lake])
    capsys.readouterr()
    assert run(["lake", "query", "--lake", lake, "SELECT * FROM machine_telemetry WHERE seq = 1"]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == [column.name for column in (*MACHINE_TELEMETRY.columns, *MACHINE_TELEMETRY.partitions)]
    assert row.split() == [
        "M001", "2026-01-31T00:00:00.000Z", "1", "1", "81", "0.42", "1425", "7.5", "running", "line1",
        "2026-01-31T00:00:00.000Z", "1", "plant1", "2026-01-31",
    ]  # fmt: skip


def test_json_has_no_words_for_numbers(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """NaN and infinity are none in JSON (RFC 8259, section 6); decimals are numbers there."""
    sql = "SELECT CAST('NaN' AS DOUBLE) AS a, 1 / 0 AS b, 2.5 AS c, CAST('1e20' AS DECIMAL(38, 0)) AS d"
    assert run(["lake", "query", "--lake", lake, "--json", sql]) == 0
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == [
        {"a": None, "b": None, "c": 2.5, "d": 10**20}
    ]


@pytest.mark.parametrize(
    ("form", "sql", "told"),
    [
        ("--json", "SELECT 1 AS a, 2 AS a", "The answer has more than one column a, and JSON one value a name."),
        ("--csv", "SELECT [1, 2] AS a", "The answer does not go into CSV: "),
        ("--json", f"SELECT {'+'.join('1' * 600)} AS a", "The statement has too many terms within one another."),
    ],
)
def test_an_answer_that_has_no_such_form_is_told(
    lake: str, capsys: pytest.CaptureFixture[str], form: str, sql: str, told: str
) -> None:
    """Exit status 2 and a sentence; no column is lost."""
    assert run(["lake", "query", "--lake", lake, form, sql]) == 2
    assert capsys.readouterr().err.startswith(f"factory: {told}")


def test_a_named_question_is_the_text_that_athena_gets(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What --text prints is asked by --file, and gives the same; by hand: 2 minutes and 5 above 81.5 °C."""
    run(["lake", "compact", "--lake", lake])
    capsys.readouterr()
    named = ["lake", "query", "--named", "hours_above_temperature", "--set", "limit_c=81.5"]
    assert run([*named, "--lake", lake, "--json"]) == 0
    by_name = json.loads(capsys.readouterr().out)
    assert by_name[0]["hours_above"] == pytest.approx((60 + 300) / 3600)
    assert run([*named, "--text"]) == 0
    file = Path(lake) / "question.sql"
    file.write_text(capsys.readouterr().out)
    assert run(["lake", "query", "--lake", lake, "--file", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == by_name


def test_a_wrong_statement_is_told_in_two_lines(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, with the spot; what would be right stands below."""
    run(["lake", "compact", "--lake", lake])
    capsys.readouterr()
    assert run(["lake", "query", "--lake", lake, "SELECT temperature FROM machine_telemetry"]) == 2
    assert capsys.readouterr().err.startswith(
        'factory: The statement, line 1, column 8: Referenced column "temperature"'
    )


def test_tables_are_shown_and_declared(capsys: pytest.CaptureFixture[str]) -> None:
    """For people, for Athena, for Terraform."""
    assert run(["lake", "tables"]) == 0
    assert "machine_telemetry: " in capsys.readouterr().out
    place = ["--location", "s3://my-lake", "--plant", "plant1"]
    assert run(["lake", "tables", "--ddl", *place]) == 0
    assert capsys.readouterr().out.count("CREATE EXTERNAL TABLE") == 3
    assert run(["lake", "tables", "--json", *place]) == 0
    assert sorted(json.loads(capsys.readouterr().out)) == ["machine_telemetry", "vehicle_telemetry", "wear"]


def test_an_empty_place_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1: nothing was done, though the call was right."""
    assert run(["lake", "compact", "--lake", str(tmp_path)]) == 1
    assert "has no archive of what was asked for" in capsys.readouterr().err


def test_a_stopped_factorys_lake_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its files belong to its S3; they can be read, though."""
    (tmp_path / "aws/s3/000000000000/smart-factory-plant1-lake-000000000000/raw").mkdir(parents=True)
    assert run(["lake", "compact", "--data-dir", str(tmp_path)]) == 2
    assert "is not running" in capsys.readouterr().err
    assert run(["lake", "query", "--data-dir", str(tmp_path), "SELECT * FROM machine_telemetry"]) == 2
    assert "nothing is compacted here yet" in capsys.readouterr().err
