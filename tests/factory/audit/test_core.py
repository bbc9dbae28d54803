"""The comparison of ledger and archive."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ledger import LedgerEntry, Ranges
from contracts.sequences import SequenceRanges
from factory.audit.core import Audit, Delivery, Stretch
from factory.audit.report import summary, verdict

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def _entry(at: datetime = NOON, run: int = 1, **outcomes: Ranges) -> LedgerEntry:
    return LedgerEntry(at=at, plant="plant1", shard="shard-0000", run=run, **outcomes)


def _audit(acknowledged: int, archived: list[tuple[int, int]]) -> Audit:
    audit = Audit()
    both = {"M001": [(1, acknowledged)]}
    audit.told([_entry(published=both, acknowledged=both)])
    audit.arrived(Delivery.ARCHIVED, [Stretch("M001", 1, first, last) for first, last in archived])
    return audit


@pytest.mark.parametrize(
    ("archived", "missing"),
    [([(2, 10)], ((1, 1),)), ([(1, 4), (6, 10)], ((5, 5),)), ([(1, 9)], ((10, 10),)), ([], ((1, 10),))],
    ids=["beginning", "middle", "end", "everything"],
)
def test_a_cut_row_is_found(archived: list[tuple[int, int]], missing: tuple[tuple[int, int], ...]) -> None:
    """A row cut at the beginning, in the middle or at the end is missing."""
    assert _audit(10, archived).account("M001", 1).missing.ranges == missing


def test_a_whole_sequence_is_no_loss() -> None:
    """Where all arrived nothing is missing, repeated or reordered."""
    told = summary(_audit(10, [(1, 10)]))
    assert (told["missing"], told["repeated"], told["reordered"], told["worst_machines"]) == (0, 0, 0, [])


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 3), st.integers(1, 60)), min_size=1, unique=True),
    st.data(),
)
def test_any_cut_is_found_exactly(messages: list[tuple[str, int, int]], data: st.DataObject) -> None:
    """Whatever was acknowledged and cut out of the archive is what is missing, no more and no less."""
    cut = data.draw(st.sets(st.sampled_from(messages)))
    audit = Audit()
    audit.told([_entry(run=run, acknowledged={device_id: [(seq, seq)]}) for device_id, run, seq in messages])
    kept = [message for message in messages if message not in cut]
    audit.arrived(Delivery.ARCHIVED, [Stretch(device_id, run, seq, seq) for device_id, run, seq in kept])
    found = {(*key, seq) for key, account in audit.accounts.items() for seq in account.missing}
    assert found == cut
    assert summary(audit)["missing"] == len(cut)


@given(st.lists(st.integers(1, 30), max_size=60))
def test_repeats_and_disorder_are_counted_by_their_definition(seqs: list[int]) -> None:
    """Repeated are rows beyond a number's first; reordered are first rows behind a higher number."""
    audit = Audit()
    audit.arrived(Delivery.ARCHIVED, [Stretch("M001", 1, seq, seq) for seq in seqs])
    firsts = [seq for at, seq in enumerate(seqs) if seq not in seqs[:at]]
    account = audit.account("M001", 1)
    assert account.repeated == len(seqs) - len(set(seqs))
    assert account.reordered == sum(seq < max(seqs[: seqs.index(seq)], default=0) for seq in firsts)
    assert account.archived == SequenceRanges([(seq, seq) for seq in seqs])


def test_what_the_broker_never_took_is_not_a_loss() -> None:
    """Refused, overflowed and unacknowledged numbers are counted apart."""
    audit = Audit()
    entry = _entry(
        published={"M001": [(1, 10)]},
        acknowledged={"M001": [(1, 4)]},
        refused={"M001": [(5, 6)]},
        overflowed={"M001": [(7, 9)]},
    )
    audit.told([entry])
    audit.arrived(Delivery.ARCHIVED, [Stretch("M001", 1, 1, 4)])
    told = summary(audit)
    assert (told["missing"], told["refused"], told["overflowed"], told["unacknowledged"]) == (0, 2, 3, 1)


def test_a_restart_is_not_a_loss() -> None:
    """A run that ends at 7 and another that begins at 1 are both whole."""
    audit = Audit()
    for run, last in ((1, 7), (2, 3)):
        audit.told([_entry(run=run, acknowledged={"M001": [(1, last)]})])
        audit.arrived(Delivery.ARCHIVED, [Stretch("M001", run, 1, last)])
    told = summary(audit)
    assert (told["missing"], told["machines"], told["runs"]) == (0, 1, 2)


@pytest.mark.parametrize("delivery", [Delivery.QUARANTINED, Delivery.ERROR_ACTION])
def test_what_was_set_aside_has_arrived(delivery: Delivery) -> None:
    """A number in quarantine, or with an error action, is not missing."""
    audit = _audit(10, [(1, 5), (7, 10)])
    audit.arrived(delivery, [Stretch("M001", 1, 6, 6)])
    assert not audit.account("M001", 1).missing


def test_rows_of_a_killed_publisher_that_its_ledger_does_not_know() -> None:
    """More in the archive than in the ledger is no fault; the hole in it is told."""
    account = _audit(4, [(1, 6), (8, 8)]).account("M001", 1)
    assert (account.missing.ranges, account.unaccounted.ranges) == ((), ((7, 7),))


def _crashed(archived: list[tuple[int, int]], acknowledged_at: datetime, crash: datetime = NOON) -> tuple[int, int]:
    audit = Audit([crash])
    audit.told([_entry(at=acknowledged_at, acknowledged={"M001": [(1, 10)]})])
    audit.told([_entry(at=crash + timedelta(seconds=30), acknowledged={"M001": [(11, 20)]})])
    audit.arrived(Delivery.ARCHIVED, [Stretch("M001", 1, first, last) for first, last in [*archived, (11, 20)]])
    account = audit.account("M001", 1)
    return len(account.missing), len(account.sunk)


def test_what_went_down_with_the_local_aws_is_told_apart() -> None:
    """The undelivered tail of what was acknowledged just before a crash is the emulator's loss."""
    assert _crashed([(1, 7)], NOON - timedelta(seconds=1)) == (0, 3)


def test_a_crash_explains_no_hole_in_front_of_what_arrived() -> None:
    """The broker delivers in order: a gap before a delivered number is a loss, crash or not."""
    assert _crashed([(1, 4), (6, 10)], NOON - timedelta(seconds=1)) == (1, 0)


def test_a_crash_explains_nothing_that_was_acknowledged_long_before() -> None:
    """A message taken ten minutes earlier had been delivered long since."""
    assert _crashed([(1, 7)], NOON - timedelta(minutes=10)) == (3, 0)


def test_the_worst_machine_comes_first() -> None:
    """Machines are listed by what they miss, whole ones not at all."""
    audit = Audit()
    for number, archived in ((1, 10), (2, 3), (3, 8)):
        audit.told([_entry(acknowledged={f"M00{number}": [(1, 10)]})])
        audit.arrived(Delivery.ARCHIVED, [Stretch(f"M00{number}", 1, 1, archived)])
    told = summary(audit)
    assert [(line["device_id"], line["missing_seqs"]) for line in told["worst_machines"]] == [
        ("M002", [[4, 10]]),
        ("M003", [[9, 10]]),
    ]
    assert verdict(told) == "9 of 30 acknowledged messages are missing."


def test_what_a_fault_sent_again_is_told_and_is_no_defect() -> None:
    """The engine archives each number once: the ledger alone knows that 3 of 10 went out twice."""
    audit = _audit(10, [(1, 10)])
    audit.told([_entry(sent_again={"M001": [(2, 3), (7, 7)]})])
    told = summary(audit)

    assert (told["sent_again"], told["repeated"], told["missing"], told["worst_machines"]) == (3, 0, 0, [])
