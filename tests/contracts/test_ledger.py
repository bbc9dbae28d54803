"""The ledger is read back as it was written, and a torn end is no error."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.ledger import LedgerEntry, LedgerError, ledger_file, read_ledger

ENTRY = LedgerEntry(
    at=datetime(2026, 1, 2, tzinfo=UTC),
    plant="plant1",
    shard="shard-0000",
    run=7,
    published={"M001": [(1, 3)]},
    acknowledged={"M001": [(1, 2)]},
)


def written(tmp_path: Path, text: str) -> Path:
    """A ledger file of that text."""
    path = ledger_file(tmp_path, "shard-0000", 7)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_reads_what_was_written(tmp_path: Path) -> None:
    """Each whole line is an entry."""
    path = written(tmp_path, ENTRY.model_dump_json() + "\n" + ENTRY.model_dump_json() + "\n")

    assert [ENTRY, ENTRY] == list(read_ledger(path))


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    """A writer that was killed in mid-line costs that line only."""
    path = written(tmp_path, ENTRY.model_dump_json() + "\n" + ENTRY.model_dump_json()[:40])

    assert [ENTRY] == list(read_ledger(path))


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    """Damage elsewhere than at the torn end is an error with file and line."""
    path = written(tmp_path, ENTRY.model_dump_json() + "\n" + "{oops\n" + ENTRY.model_dump_json() + "\n")

    with pytest.raises(LedgerError, match=r"00000007\.jsonl, line 2"):
        list(read_ledger(path))


def test_machines_that_say_the_same_are_read_one_by_one(tmp_path: Path) -> None:
    """A line with groups gives each machine its ranges; names that later lines add go on counting."""
    lines = [
        (
            '{"at":"2026-01-02T00:00:00Z","plant":"plant1","shard":"shard-0000","run":7,"machines":["M001","M002"],'
            '"published":[[[[1,3]],[[0,1]]]]}'
        ),
        (
            '{"at":"2026-01-02T00:00:01Z","plant":"plant1","shard":"shard-0000","run":7,"machines":["R001"],'
            '"published":[[[[4,4]],[[0,1]]],[[[1,1],[3,3]],[[2,2]]]],"acknowledged":[[[[1,2]],[[1,1]]]]}'
        ),
    ]
    first, second = read_ledger(written(tmp_path, "\n".join(lines) + "\n"))

    assert first.published == {"M001": [(1, 3)], "M002": [(1, 3)]}
    assert second.published == {"M001": [(4, 4)], "M002": [(4, 4)], "R001": [(1, 1), (3, 3)]}
    assert second.acknowledged == {"M002": [(1, 2)]}


@pytest.mark.parametrize("groups", ["[[[[1,1]],[[0,1]]]]", "[[[[1,1]],[[-1,0]]]]", "[7]", "[[[[1,1]]]]"])
def test_a_group_of_machines_that_were_not_named_is_an_error(tmp_path: Path, groups: str) -> None:
    """There is one machine; whatever speaks of a second one, or is no group, names the line."""
    line = (
        '{"at":"2026-01-02T00:00:00Z","plant":"plant1","shard":"shard-0000","run":7,"machines":["M001"],'
        f'"published":{groups}}}\n'
    )

    with pytest.raises(LedgerError, match=r"00000007\.jsonl, line 1"):
        list(read_ledger(written(tmp_path, line)))
