from __future__ import annotations

import io
import json
from typing import Any

import pytest

from factory.rollout import __main__ as command
from factory.rollout.plan_summary import MOST_ROWS, kind, summary


def change(address: str, actions: list[str], **more: Any) -> dict[str, Any]:
    """A resource's change, as `terraform show -json` writes it."""
    told = {"actions": actions, "before": None, "after": None, "after_unknown": {}, **more}
    return {"address": address, "change": told}


@pytest.mark.parametrize(
    ("actions", "word"),
    [
        (["no-op"], ""), (["create"], "create"), (["read"], "read"), (["update"], "change"), (["delete"], "destroy"),
        (["delete", "create"], "replace"), (["create", "delete"], "replace"), (["forget"], "forget"),
    ],
)  # fmt: skip
def test_each_kind_of_change_has_its_word(actions: list[str], word: str) -> None:
    """All combinations of the documented form (Terraform, JSON output format, "Change representation")."""
    assert kind({"actions": actions}) == word


def test_the_worst_stands_first_and_its_cause_is_named() -> None:
    """Who reviews sees what would be lost before what is new."""
    plan = {
        "resource_changes": [
            change("aws_s3_bucket.new", ["create"], after={"bucket": "b"}),
            change("aws_sns_topic.same", ["no-op"]),
            change("aws_kms_key.gone", ["delete"], before={"description": "k"}),
            change("aws_efs_file_system.data", ["delete", "create"], replace_paths=[["encrypted"], ["kms_key_id"]]),
        ]
    }
    text = summary(plan)

    assert "**1 to destroy, 1 to replace, 1 to create**" in text
    assert [line for line in text.splitlines() if line.startswith("| ")][1:] == [
        "| destroy | `aws_kms_key.gone` |  |",
        "| replace | `aws_efs_file_system.data` | forced by `encrypted`, `kms_key_id` |",
        "| create | `aws_s3_bucket.new` |  |",
    ]


def test_a_new_revision_is_no_loss() -> None:
    """Each deployment has one a service; among them a file system that is replaced must not go unseen."""
    revised = change("aws_ecs_task_definition.this", ["delete", "create"], replace_paths=[["container_definitions"]])
    text = summary({"resource_changes": [{**revised, "type": "aws_ecs_task_definition"}]})

    assert "**1 to revise**" in text
    assert "| revise | `aws_ecs_task_definition.this` | forced by `container_definitions` |" in text


def test_values_are_not_told() -> None:
    """More people read a pull request than may read the state."""
    before, after = {"password": "hunter2", "name": "a"}, {"password": "correct horse", "name": "a"}
    text = summary({"resource_changes": [change("aws_x.y", ["update"], before=before, after=after)]})

    assert "| change | `aws_x.y` | `password` |" in text
    assert "hunter2" not in text
    assert "correct horse" not in text


def test_what_is_known_after_the_apply_counts_as_changed() -> None:
    """A new revision of a task definition has no ARN yet."""
    told = change("aws_ecs_service.s", ["update"], before={"task_definition": "a:1"}, after={},
                  after_unknown={"task_definition": True})  # fmt: skip
    told["change"]["after"] = {"name": "s"}
    told["change"]["before"]["name"] = "s"

    assert "| `aws_ecs_service.s` | `task_definition` |" in summary({"resource_changes": [told]})


def test_a_block_in_which_all_is_known_has_not_changed() -> None:
    """Terraform lists it among what is unknown, empty; seen with the services of this project."""
    block = {"deployment_circuit_breaker": [{"enable": True, "rollback": True}], "subnets": ["a"]}
    unknown = {"deployment_circuit_breaker": [{}], "subnets": [False], "network": [{"groups": [False, True]}]}
    told = change("aws_ecs_service.s", ["update"], before=block, after=block, after_unknown=unknown)

    assert "| `aws_ecs_service.s` | `network` |" in summary({"resource_changes": [told]})


def test_nothing_to_do_is_a_sentence_and_adopting_is_told() -> None:
    """An import without a change is neither nothing nor a change."""
    assert "Nothing changes." in summary({"resource_changes": [change("aws_x.y", ["no-op"])]})
    assert "Nothing changes." in summary({})
    adopted = change("aws_x.y", ["no-op"], importing={"id": "y"})
    assert "**1 to adopt**" in summary({"resource_changes": [adopted]})


def test_a_plan_that_ended_in_an_error_is_not_taken_for_a_whole_one() -> None:
    """Terraform writes what it has got; seen with 1.11, where a count was unknown."""
    assert "ended in an error" in summary({"errored": True, "resource_changes": [change("aws_x.y", ["create"])]})
    assert "ended in an error" in summary({"errored": True})
    assert "ended in an error" not in summary({"errored": False})


def test_a_long_plan_says_how_many_rows_are_left_out() -> None:
    """GitHub refuses a page that is too long, all of it."""
    plan = {"resource_changes": [change(f"aws_x.y[{n}]", ["create"]) for n in range(MOST_ROWS + 7)]}

    assert summary(plan).endswith("7 more are left out here; the log has them.\n")


@pytest.mark.parametrize("text", ["", "[]", '{"resource_changes": [{}]}', "Error: no plan"])
def test_what_is_no_plan_is_refused_in_a_sentence(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to pipe into it, and the job fails."""
    monkeypatch.setattr("sys.argv", ["plan-summary", "summarize"])
    monkeypatch.setattr("sys.stdin", io.StringIO(text))

    assert command.main() == 1
    assert "terraform show -json PLAN" in capsys.readouterr().err


def test_the_command_writes_the_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """From standard input, as a pipe gives it."""
    monkeypatch.setattr("sys.argv", ["plan-summary", "summarize", "-"])
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"resource_changes": [change("aws_x.y", ["create"])]})))

    assert command.main() == 0
    assert "| create | `aws_x.y` |  |" in capsys.readouterr().out
