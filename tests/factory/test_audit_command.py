"""`factory audit`, as it is called."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.ledger import LedgerEntry, ledger_file
from factory.cli import run

LAKE = "aws/s3/000000000000/smart-factory-plant1-lake-000000000000"


def _rows(seqs: range, skipped: int = 0) -> bytes:
    lines = [json.dumps({"device_id": "M001", "run": 1, "seq": seq}) for seq in seqs if seq != skipped]
    return gzip.compress("\n".join(lines).encode())


@pytest.fixture
def factory_with(tmp_path: Path) -> Callable[[bytes], Path]:
    """A stopped factory whose only machine had ten messages acknowledged, and whose archive is given."""

    def make(archive: bytes) -> Path:
        ledger = ledger_file(tmp_path / "ledger", "shard-0000", 1)
        ledger.parent.mkdir(parents=True)
        numbers = {"M001": [(1, 10)]}
        entry = LedgerEntry(
            at="2026-01-02T03:04:05Z",  # type: ignore[arg-type]
            plant="plant1",
            shard="shard-0000",
            run=1,
            published=numbers,
            acknowledged=numbers,
        )
        ledger.write_text(entry.model_dump_json() + "\n")
        target = tmp_path / LAKE / "raw/plant=plant1/dt=2026-01-02/hour=03/a.jsonl.gz"
        target.parent.mkdir(parents=True)
        target.write_bytes(archive)
        return tmp_path

    return make


@pytest.mark.parametrize(("skipped", "status"), [(0, 0), (1, 1), (5, 1), (10, 1)])
def test_the_exit_status_tells_a_loss(factory_with: Callable[[bytes], Path], skipped: int, status: int) -> None:
    """0 when all arrived, 1 when a row is cut at the beginning, in the middle or at the end."""
    assert run(["audit", "--data-dir", str(factory_with(_rows(range(1, 11), skipped)))]) == status


def test_json_has_the_promised_keys(factory_with: Callable[[bytes], Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON names what was said and what arrived."""
    run(["audit", "--json", "--data-dir", str(factory_with(_rows(range(1, 11), 4)))])
    told = json.loads(capsys.readouterr().out)
    counts = {name: told[name] for name in ("machines", "published", "acknowledged", "archived", "missing")}
    assert counts == {"machines": 1, "published": 10, "acknowledged": 10, "archived": 9, "missing": 1}
    zeros = (
        "quarantined",
        "refused",
        "repeated",
        "reordered",
        "overflowed",
        "unacknowledged",
        "undelivered_by_local_aws",
    )
    assert {told[name] for name in zeros} == {0}
    assert told["worst_machines"][0]["missing_seqs"] == [[4, 4]]


def test_words_name_the_machine_and_the_numbers(
    factory_with: Callable[[bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """People read which numbers of which machine are missing."""
    run(["audit", "--data-dir", str(factory_with(_rows(range(1, 8))))])
    told = capsys.readouterr().out
    assert "8-10" in told
    assert "3 of 10 acknowledged messages are missing." in told


def test_an_unreadable_object_fails_the_audit(factory_with: Callable[[bytes], Path]) -> None:
    """A torn object is told by the exit status even where nothing else is wrong."""
    data_dir = factory_with(_rows(range(1, 11)))
    (data_dir / LAKE / "raw" / "torn.jsonl.gz").write_bytes(_rows(range(1, 3))[:-5])
    assert run(["audit", "--data-dir", str(data_dir)]) == 1


def test_a_crash_of_the_local_aws_is_read_from_the_history(
    factory_with: Callable[[bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """What went down with it is told apart, and fails only a strict audit."""
    data_dir = factory_with(_rows(range(1, 8)))
    died = {"at": "2026-01-02T03:04:06Z", "program": "local_aws", "event": "died", "pid": 7}
    (data_dir / "history.jsonl").write_text(json.dumps(died) + "\n")
    assert run(["audit", "--json", "--data-dir", str(data_dir)]) == 0
    assert json.loads(capsys.readouterr().out)["undelivered_by_local_aws"] == 3
    assert run(["audit", "--strict", "--data-dir", str(data_dir)]) == 1


def test_a_copied_archive_is_audited_with_its_ledger(factory_with: Callable[[bytes], Path]) -> None:
    """A folder with a copy of an archive serves as well."""
    data_dir = factory_with(_rows(range(1, 11)))
    assert run(["audit", "--archive", str(data_dir / LAKE), "--ledger", str(data_dir / "ledger")]) == 0


@pytest.mark.parametrize(
    ("crash", "status"), [("2026-01-02T03:04:06", 0), ("2026-01-02T03:04:00", 1), ("2026-01-02T04:04:06", 1)]
)
def test_a_crash_that_is_told_explains_the_tail_before_it(
    factory_with: Callable[[bytes], Path], crash: str, status: int
) -> None:
    """The ledger is of 03:04:05; a crash five seconds before or an hour after has nothing to do with it."""
    data_dir = factory_with(_rows(range(1, 9)))

    assert run(["audit", "--data-dir", str(data_dir), "--aws-crash", crash]) == status
