"""Plan, ask AWS, write what is there as import blocks, and plan again, until a plan tells of nothing more to ask for.

One round is seldom enough: what is set on a bucket has no known name (`bucket = aws_s3_bucket.this.id`) before the
bucket itself is adopted.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from factory.adoption.answers import Finding
from factory.adoption.ask import ask
from factory.adoption.aws import WORKERS, Aws
from factory.adoption.errors import AdoptionError, AdoptionUsageError
from factory.adoption.imports_file import IMPORTS_FILE, imports_text
from factory.adoption.naming import Account, words_of
from factory.adoption.outcome import Deed, Row, rows_of
from factory.adoption.plan import Change, PlanView, read_plan
from factory.adoption.terraform import Planned
from factory.adoption.types import KINDS, NAMELESS
from factory.adoption.words import NotKnownError

Track = Callable[[Iterable[Finding | str], int], Iterable[Finding | str]]
"""Shows how answers come in, of which it is told the number: AWS's, or why it could not be asked."""
NOT_IN_TABLE = "this type is not in the table of types"
EXCLUDED = "left out by --exclude"


class Planner(Protocol):
    """What adopting needs of Terraform."""

    directory: Path

    def plan(self) -> Planned:
        """Plan, and keep the plan."""

    def apply(self) -> None:
        """Apply the plan that is kept."""


@dataclass(slots=True)
class Adoption:
    """What came of it.

    Args:
        account: that was asked.
        rows: the last plan's table.
        findings: AWS's answers by address.
        not_asked: why a resource to be created was not asked for, by address: nothing names it, or its type.
        types: of all addresses above.
        plans: how often Terraform planned.
        error: what Terraform said of the last plan, if it gave up on the way.
        applied: whether the plan was applied.
    """

    account: Account
    rows: list[Row] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    not_asked: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    plans: int = 0
    error: str | None = None
    applied: bool = False

    @property
    def import_ids(self) -> dict[str, str]:
        """Import id by address, of what is there."""
        return {at: found.import_id for at, found in self.findings.items() if found.import_id is not None}

    @property
    def unclear(self) -> dict[str, Finding]:
        """Answers with which Terraform cannot go on, by address."""
        return {address: found for address, found in self.findings.items() if not found.answer.is_clear}

    @property
    def adopted(self) -> list[Row]:
        """What is adopted and kept."""
        return [row for row in self.rows if row.deed is Deed.ADOPT]

    @property
    def refused(self) -> list[Row]:
        """What would be lost."""
        return [row for row in self.rows if row.deed.is_refused]

    @property
    def can_go_on(self) -> bool:
        """Whether the plan may be applied."""
        return not self.unclear and not self.refused

    @property
    def exit_status(self) -> int:
        """0 nothing to adopt, 3 something to adopt, 1 it must not or cannot be done."""
        return 1 if not self.can_go_on else 3 if self.adopted and not self.applied else 0


def adopt(
    terraform: Planner,
    aws: Aws,
    *,
    apply: bool = False,
    exclude: Sequence[str] = (),
    say: Callable[[str], None] = lambda _line: None,
    track: Track = lambda answers, _number: answers,
) -> Adoption:
    """Find what is there already, write the import blocks, and apply the plan if that is wished and harmless.

    The file of import blocks stays only where something is to be adopted and nothing would be lost by it; after a
    failure it is what it was before.

    Args:
        terraform: in the directory of the root.
        aws: the account.
        apply: apply the last plan, if something is adopted.
        exclude: patterns of addresses or types that are not asked for.
        say: is told what is done.
        track: shows how the answers come in; takes them and their number.

    Raises:
        AdoptionUsageError: Terraform plans for another account.
        AdoptionError: Terraform failed.
    """
    result = Adoption(aws.account())
    path = terraform.directory / IMPORTS_FILE
    with _as_it_was_on_failure(path):
        path.unlink(missing_ok=True)
        while True:
            plan = _plan(terraform, result, say)
            if result.error is not None:
                break
            known = len(result.import_ids)
            _ask_for(_askable(plan, result, exclude), aws, result, track)
            if len(result.import_ids) == known:
                break
            path.write_text(imports_text(result.import_ids), encoding="utf-8")
        if apply and result.can_go_on and result.adopted:
            say("apply")
            terraform.apply()
            result.applied = True
        if result.applied or not result.can_go_on:
            path.unlink(missing_ok=True)
    return result


@contextmanager
def _as_it_was_on_failure(path: Path) -> Iterator[None]:
    before = path.read_text(encoding="utf-8") if path.exists() else None
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(before, encoding="utf-8")
        raise


def _plan(terraform: Planner, result: Adoption, say: Callable[[str], None]) -> PlanView:
    result.plans += 1
    say(f"plan {result.plans}")
    planned = terraform.plan()
    plan = read_plan(planned.document)
    result.rows, result.error = rows_of(plan.changes), planned.error
    if planned.error is not None and not result.refused:
        raise AdoptionError(f"terraform plan failed in {terraform.directory}.\n{planned.error}")
    others = plan.accounts - {result.account.number}
    if others:
        raise AdoptionUsageError(
            f"Terraform plans for account {', '.join(sorted(others))}, and these credentials are of account "
            f"{result.account.number}.",
            remedy="Give both the same: --profile, or AWS_PROFILE.",
        )
    return plan


def _askable(plan: PlanView, result: Adoption, exclude: Sequence[str]) -> list[tuple[Change, dict[str, Any]]]:
    """What is to be created, has a known name and was not asked for yet, with its words; the rest is noted."""
    result.not_asked.clear()
    askable = []
    for change in plan.changes:
        if not change.creates or change.import_id is not None or change.address in result.findings:
            continue
        result.types[change.address] = change.type
        reason = _why_not(change, exclude)
        if reason is not None:
            result.not_asked[change.address] = reason
            continue
        try:
            askable.append((change, words_of(change, KINDS[change.type], plan, result.account)))
        except NotKnownError as missing:
            result.not_asked[change.address] = _unnamed(missing)
    return askable


def _why_not(change: Change, exclude: Sequence[str]) -> str | None:
    # Brackets are part of an address: only * and ? are wild.
    patterns = [pattern.replace("[", "[[]") for pattern in exclude]
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns for name in (change.address, change.type)):
        return EXCLUDED
    return None if change.type in KINDS else NAMELESS.get(change.type, NOT_IN_TABLE)


def _unnamed(missing: NotKnownError) -> str:
    return f"nothing names it yet: {missing.expression} is not known"


def _ask_for(
    askable: Sequence[tuple[Change, dict[str, Any]]],
    aws: Aws,
    result: Adoption,
    track: Track,
) -> None:
    def answer(one: tuple[Change, dict[str, Any]]) -> Finding | str:
        change, words = one
        try:
            return ask(KINDS[change.type], words, aws.clients_in(words["region"]))
        except NotKnownError as missing:
            return _unnamed(missing)

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = track(pool.map(answer, askable), len(askable))
        for (change, _), found in zip(askable, answers, strict=True):
            if isinstance(found, Finding):
                result.findings[change.address] = found
            else:
                result.not_asked[change.address] = found
