"""Changes of items, a line each, and what is left of them after a kill."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factory.local_aws.journal import ItemJournal

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/readings"


def told(journal: ItemJournal) -> list[tuple[Any, ...]]:
    """All lines."""
    lines: list[tuple[Any, ...]] = []
    journal.replay(lambda *line: lines.append(line))
    return lines


def test_changes_come_back_in_their_order(tmp_path: Path) -> None:
    """A change and the deletion after it, also for one who opens the journal later."""
    journal = ItemJournal(tmp_path)
    journal.record(TABLE, "VHC001", "t1", {"n": {"N": "1"}})
    journal.record(TABLE, "VHC001", "t1", None)

    assert [(TABLE, "VHC001", "t1", {"n": {"N": "1"}}), (TABLE, "VHC001", "t1", None)] == told(ItemJournal(tmp_path))


def test_what_a_state_file_has_is_dropped(tmp_path: Path) -> None:
    """Lines from before the copy go, those from during it stay."""
    journal = ItemJournal(tmp_path)
    journal.record(TABLE, "a", "t", {})
    covered = journal.begin()
    journal.record(TABLE, "b", "t", {})

    journal.drop(covered)

    assert ["b"] == [line[1] for line in told(journal)]


def test_a_line_that_was_cut_off(tmp_path: Path) -> None:
    """Half a line is none, and what is written after a restart is not appended to it."""
    first = ItemJournal(tmp_path)
    first.record(TABLE, "a", "t", {})
    (path,) = tmp_path.glob("*.journal")
    path.write_bytes(path.read_bytes() + b'["half')

    ItemJournal(tmp_path).record(TABLE, "b", "t", {})

    assert ["a", "b"] == [line[1] for line in told(ItemJournal(tmp_path))]


def test_half_a_line_costs_no_line_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full for a moment takes a part of a line: that change is refused, the next one is kept."""
    journal = ItemJournal(tmp_path)
    journal.record(TABLE, "a", "t", {})
    with monkeypatch.context() as moment:
        write = os.write
        moment.setattr("factory.local_aws.journal.os.write", lambda to, line: write(to, line[:10]))
        with pytest.raises(OSError, match="took 10 of"):
            journal.record(TABLE, "refused", "t", {})
    journal.record(TABLE, "b", "t", {})

    assert ["a", "b"] == [line[1] for line in told(ItemJournal(tmp_path))]


def test_a_long_journal_asks_for_a_state_file(tmp_path: Path) -> None:
    """By its size, which a restart does not forget, until it is dropped."""
    journal = ItemJournal(tmp_path, long_bytes=200)
    journal.record(TABLE, "a", "t", {"text": {"S": "x" * 200}})

    assert journal.is_long
    assert ItemJournal(tmp_path, long_bytes=200).is_long
    journal.drop(journal.begin())
    assert not journal.is_long


def test_a_full_disk_is_told(tmp_path: Path, full_disk: Callable[[int], Any]) -> None:
    """A change that is not on disk must not be acknowledged."""
    journal = ItemJournal(tmp_path)
    with full_disk(50), pytest.raises(OSError, match=r"took|large"):
        journal.record(TABLE, "a", "t", {"text": {"S": "x" * 200}})


def _client(local: Any) -> Any:
    return local.session().client("dynamodb", endpoint_url=local.endpoint)


@pytest.mark.e2e
def test_items_survive_a_kill(start_local_aws: Callable[..., Any], tmp_path: Path) -> None:
    """What was acknowledged is there after a SIGKILL, an orderly stop and another SIGKILL, deletions too."""
    local = start_local_aws(tmp_path / "aws")
    client = _client(local)
    client.create_table(
        TableName="readings",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(3):
        client.put_item(TableName="readings", Item={"id": {"S": str(number)}})
    client.delete_item(TableName="readings", Key={"id": {"S": "1"}})
    state = json.loads((tmp_path / "aws/state/dynamodb.json").read_text())
    assert '"0"' not in json.dumps(state["payload"]["tables"])  # the items are in the journal alone

    local.kill()
    local = start_local_aws(tmp_path / "aws", before=local)
    _client(local).put_item(TableName="readings", Item={"id": {"S": "3"}})
    assert 0 == local.stop()
    local = start_local_aws(tmp_path / "aws", before=local)
    _client(local).put_item(TableName="readings", Item={"id": {"S": "4"}})
    local.kill()
    local = start_local_aws(tmp_path / "aws", before=local)

    items = _client(local).scan(TableName="readings")["Items"]
    assert ["0", "2", "3", "4"] == sorted(item["id"]["S"] for item in items)


@pytest.mark.e2e
def test_a_table_that_was_made_anew_is_empty(start_local_aws: Callable[..., Any], tmp_path: Path) -> None:
    """Lines of a table that was deleted do not come back in one of the same name."""
    local = start_local_aws(tmp_path / "aws")
    client = _client(local)
    wanted: Any = {
        "TableName": "readings",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    client.create_table(**wanted)
    client.put_item(TableName="readings", Item={"id": {"S": "old"}})
    client.delete_table(TableName="readings")
    client.create_table(**wanted)

    local.kill()
    local = start_local_aws(tmp_path / "aws", before=local)

    assert [] == _client(local).scan(TableName="readings")["Items"]
