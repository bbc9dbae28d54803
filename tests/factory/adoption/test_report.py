"""Tests of the table for people and the JSON for scripts."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from plans_on_paper import entry
from rich.console import Console

from factory.adoption.adopting import NOT_IN_TABLE, Adoption
from factory.adoption.answers import Answer, Finding
from factory.adoption.imports_file import IMPORTS_FILE
from factory.adoption.naming import Account
from factory.adoption.outcome import rows_of
from factory.adoption.plan import read_plan
from factory.adoption.report import as_json, show

TABLE = entry(
    "aws_dynamodb_table.leases",
    {"hash_key": "device_id"},
    actions=["delete", "create"],
    before={"hash_key": "shard"},
    importing={"id": "leases"},
    replace_paths=[["hash_key"]],
)
BUCKET = entry(
    "aws_s3_bucket.lake", {"tags": {"a": "1"}}, actions=["update"], before={"tags": {}}, importing={"id": "lake"}
)


def adoption(*entries: dict[str, Any], **more: Any) -> Adoption:
    """What came of a plan with these changes."""
    return Adoption(
        Account("123456789012", "eu-central-1"),
        rows=rows_of(read_plan({"resource_changes": list(entries)}).changes),
        types={one["address"]: one["type"] for one in entries},
        **more,
    )


def shown(result: Adoption) -> str:
    """As it is printed for people."""
    console = Console(file=io.StringIO(), width=160, markup=False, highlight=False)
    show(result, Path("terraform"), console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_people_see_what_is_adopted_changed_and_made() -> None:
    """And where the import blocks lie; square brackets of an address are no markup."""
    text = shown(adoption(BUCKET, entry('aws_sqs_queue.this["dead"]')))
    assert "adopt   aws_s3_bucket.lake          lake; changes tags" in text
    assert 'create  aws_sqs_queue.this["dead"]' in text
    assert "123456789012, eu-central-1: 1 to adopt, 1 to create, 0 to change" in text
    assert f"Written: terraform/{IMPORTS_FILE}" in text


def test_people_see_the_argument_that_forces_a_replacement() -> None:
    """Last in the table, beside the id of what would be lost."""
    text = shown(adoption(TABLE, BUCKET))
    assert 'replace  aws_dynamodb_table.leases  leases; forced by hash_key: "shard" → "device_id"' in text
    assert text.index("adopt ") < text.index("replace ")
    assert "Refused: what exists would be lost." in text
    assert "Written" not in text


def test_people_see_each_answer_that_is_not_clear() -> None:
    """With AWS's words; and which type nobody has thought of."""
    findings = {"aws_s3_bucket.lake": Finding(Answer.ANOTHER_ACCOUNTS, detail="HeadBucket: 403")}
    other = entry("aws_chime_voice_connector.x")
    text = shown(adoption(other, BUCKET, findings=findings, not_asked={other["address"]: NOT_IN_TABLE}))
    assert "aws_s3_bucket.lake: there, but another account's (HeadBucket: 403)" in text
    assert "Not in the table of types: aws_chime_voice_connector." in text
    assert "Refused: of what is red" in text


def test_scripts_get_all_of_it(tmp_path: Path) -> None:
    """In types of JSON; the file only if it is there."""
    findings = {
        "aws_dynamodb_table.leases": Finding(Answer.THERE, "leases"),
        "aws_s3_bucket.lake": Finding(Answer.MAY_NOT_LOOK, detail="GetRole: AccessDenied"),
    }
    told = json.loads(json.dumps(as_json(adoption(TABLE, BUCKET, findings=findings), tmp_path)))
    assert (told["exit_status"], told["imports_file"], told["applied"]) == (1, None, False)
    assert told["replace"][0]["forced_by"] == [{"argument": "hash_key", "before": '"shard"', "after": '"device_id"'}]
    assert told["adopt"][0]["changed"] == ["tags"]
    assert told["answers"] == {"there": 1, "may not look": 1}
    assert told["unclear"][0]["answer"] == "may not look"
    (tmp_path / IMPORTS_FILE).touch()
    assert as_json(adoption(BUCKET), tmp_path)["imports_file"] == str(tmp_path / IMPORTS_FILE)
