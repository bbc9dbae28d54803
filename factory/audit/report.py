"""The result of an audit, as numbers and as words."""

from __future__ import annotations

from typing import Any

from contracts.ledger import OUTCOMES, Outcome
from factory.audit.core import Account, Audit, Delivery

SHOWN_RANGES = 5
"""Ranges of missing numbers that are spelled out for a machine's run."""


def summary(audit: Audit, worst: int = 10, *, every_run: bool = False) -> dict[str, Any]:
    """What `factory audit --json` tells.

    Args:
        audit: both sides, filled.
        worst: how many machine runs are shown that have anything wrong, the most missing first.
        every_run: also list every machine's run, right or wrong.
    """
    accounts = sorted(audit.accounts.items())
    totals: dict[str, int] = {outcome: _total(audit, outcome) for outcome in OUTCOMES}
    wrong = [item for item in accounts if _badness(item[1]) > (0, 0, 0, 0)]
    wrong.sort(key=lambda item: _badness(item[1]), reverse=True)
    told: dict[str, Any] = {
        "machines": len({device_id for device_id, _ in audit.accounts}),
        "runs": len(audit.accounts),
        **totals,
        "archived": sum(len(account.archived) for _, account in accounts),
        "quarantined": audit.rows[Delivery.QUARANTINED],
        "in_error_actions": audit.rows[Delivery.ERROR_ACTION],
        "missing": sum(len(account.missing) for _, account in accounts),
        "repeated": sum(account.repeated for _, account in accounts),
        "reordered": sum(account.reordered for _, account in accounts),
        "undelivered_by_local_aws": sum(len(account.sunk) for _, account in accounts),
        "unacknowledged": sum(len(account.unacknowledged) for _, account in accounts),
        "untold": sum(len(account.untold) for _, account in accounts),
        "ledgers_without_end": sum(not ended for ended in audit.ended.values()),
        "unaccounted": sum(len(account.unaccounted) for _, account in accounts),
        "without_a_number": sum(audit.unattributed.values()),
        "worst_machines": [_line(*item) for item in wrong[:worst]],
    }
    if every_run:
        told["machine_runs"] = [_line(*item) for item in accounts]
    return told


def _total(audit: Audit, outcome: Outcome) -> int:
    return sum(len(account.outcomes[outcome]) for account in audit.accounts.values())


def _badness(account: Account) -> tuple[int, int, int, int]:
    return len(account.missing), len(account.sunk), account.repeated, account.reordered


def _line(key: tuple[str, int], account: Account) -> dict[str, Any]:
    delivered, missing = account.delivered.ranges, account.missing
    return {
        "device_id": key[0],
        "run": key[1],
        "first_seq": delivered[0][0] if delivered else None,
        "last_seq": delivered[-1][1] if delivered else None,
        "acknowledged": len(account.outcomes["acknowledged"]),
        "archived": len(account.archived),
        "missing": len(missing),
        "missing_seqs": [list(pair) for pair in missing.ranges[:SHOWN_RANGES]],
        "repeated": account.repeated,
        "reordered": account.reordered,
        "undelivered_by_local_aws": len(account.sunk),
    }


def verdict(told: dict[str, Any]) -> str:
    """The sentence that says it.

    Example:
        >>> verdict({"missing": 0, "acknowledged": 12, "machines": 3, "undelivered_by_local_aws": 0})
        'Nothing is missing: each of 12 acknowledged messages of 3 machines arrived.'
    """
    if told["missing"]:
        return f"{told['missing']} of {told['acknowledged']} acknowledged messages are missing."
    sunk = told["undelivered_by_local_aws"]
    if sunk:
        return f"Nothing is missing but for {sunk} that went down with a local AWS that was killed."
    return (
        f"Nothing is missing: each of {told['acknowledged']} acknowledged messages"
        f" of {told['machines']} machines arrived."
    )


def unproved(told: dict[str, Any]) -> list[str]:
    """What the ledgers leave open, a sentence each.

    Example:
        >>> print(*unproved({"ledgers_without_end": 1, "untold": 40, "ledgers_without_beginning": []}))
        1 ledgers have no end: their simulator still plays, or was killed. No ledger tells of 40 messages that arrived.
    """
    sentences = []
    if told["ledgers_without_end"]:
        sentences.append(
            f"{told['ledgers_without_end']} ledgers have no end: their simulator still plays, or was killed. "
            f"No ledger tells of {told['untold']} messages that arrived."
        )
    if headless := told["ledgers_without_beginning"]:
        sentences.append(
            f"{len(headless)} ledgers have lost their beginning, as what has had its time does, and were not read; "
            f"the first is {headless[0]}."
        )
    return sentences
