"""Tests of the whole course: plan, ask, write, plan again; with plans on paper and an account of moto's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plans_on_paper import PlansOnPaper, entry

from factory.adoption.adopting import EXCLUDED, NOT_IN_TABLE, adopt
from factory.adoption.answers import Answer, Finding
from factory.adoption.aws import Aws
from factory.adoption.errors import AdoptionError, AdoptionUsageError
from factory.adoption.imports_file import IMPORTS_FILE
from factory.adoption.outcome import Deed
from factory.adoption.types import NAMELESS

QUEUE = entry("aws_sqs_queue.this", {"name": "q"})
BUCKET = entry("aws_s3_bucket.this", {"bucket": "plant1-lake"})
VERSIONING = entry("aws_s3_bucket_versioning.this", {}, after_unknown={"bucket": True})
KNOWN_ONCE = {("aws_s3_bucket.this", "aws_s3_bucket_versioning.this"): {"bucket": "plant1-lake"}}


@pytest.fixture
def lake(moto_account: Aws) -> Aws:
    """An account with a versioned bucket."""
    s3 = moto_account.clients_in("us-east-1")("s3")
    s3.create_bucket(Bucket="plant1-lake")
    s3.put_bucket_versioning(Bucket="plant1-lake", VersioningConfiguration={"Status": "Enabled"})
    return moto_account


def test_in_an_empty_account_there_is_nothing_to_adopt(tmp_path: Path, moto_account: Aws) -> None:
    """One plan, and no file; an old file is taken away."""
    (tmp_path / IMPORTS_FILE).write_text('import {\n  to = aws_sqs_queue.gone\n  id = "gone"\n}\n')
    result = adopt(PlansOnPaper(tmp_path, [QUEUE, BUCKET, VERSIONING]), moto_account)
    assert (result.exit_status, result.plans, result.import_ids) == (0, 1, {})
    assert list(tmp_path.iterdir()) == []


def test_what_is_set_on_a_bucket_is_found_once_the_bucket_is_adopted(tmp_path: Path, lake: Aws) -> None:
    """Its name is not known in the first plan; no plan more than needed is made."""
    terraform = PlansOnPaper(tmp_path, [QUEUE, BUCKET, VERSIONING], KNOWN_ONCE)
    result = adopt(terraform, lake)
    assert result.import_ids == {"aws_s3_bucket.this": "plant1-lake", "aws_s3_bucket_versioning.this": "plant1-lake"}
    assert [(row.deed, row.address) for row in result.rows] == [
        (Deed.CREATE, "aws_sqs_queue.this"),
        (Deed.ADOPT, "aws_s3_bucket.this"),
        (Deed.ADOPT, "aws_s3_bucket_versioning.this"),
    ]
    assert (result.exit_status, result.plans, terraform.applied) == (3, 3, 0)
    assert (tmp_path / IMPORTS_FILE).read_text().count("import {") == 2


def test_a_further_run_without_apply_writes_the_same(tmp_path: Path, lake: Aws) -> None:
    """Byte for byte, and asks anew."""
    terraform = PlansOnPaper(tmp_path, [BUCKET, VERSIONING], KNOWN_ONCE)
    adopt(terraform, lake)
    before = (tmp_path / IMPORTS_FILE).read_bytes()
    assert adopt(terraform, lake).exit_status == 3
    assert (tmp_path / IMPORTS_FILE).read_bytes() == before


def test_after_apply_a_second_run_finds_nothing_to_do(tmp_path: Path, lake: Aws) -> None:
    """The plan that was shown is applied, once, and the import blocks go."""
    terraform = PlansOnPaper(tmp_path, [QUEUE, BUCKET, VERSIONING], KNOWN_ONCE)
    first = adopt(terraform, lake, apply=True)
    assert (first.exit_status, first.applied, terraform.applied) == (0, True, 1)
    assert not (tmp_path / IMPORTS_FILE).exists()
    second = adopt(terraform, lake, apply=True)
    assert (second.exit_status, second.adopted, second.applied, terraform.applied) == (0, [], False, 1)


def test_nothing_is_applied_that_would_replace_what_is_adopted(tmp_path: Path, lake: Aws) -> None:
    """And no import block stays, which the next terraform apply would take for an order to replace it."""
    forced = {"actions": ["delete", "create"], "before": {"bucket": "other"}, "replace_paths": [["bucket"]]}
    terraform = PlansOnPaper(tmp_path, [BUCKET], replaced={"aws_s3_bucket.this": forced})
    result = adopt(terraform, lake, apply=True)
    assert (result.exit_status, terraform.applied) == (1, 0)
    assert [cause.argument for row in result.refused for cause in row.causes] == ["bucket"]
    assert not (tmp_path / IMPORTS_FILE).exists()


def test_what_terraform_would_destroy_anyway_is_refused_too(tmp_path: Path, moto_account: Aws) -> None:
    """Though it has nothing to do with adopting."""
    gone = entry("aws_sqs_queue.old", actions=["delete"], action_reason="delete_because_no_resource_config")
    result = adopt(PlansOnPaper(tmp_path, [gone]), moto_account, apply=True)
    assert (result.exit_status, [row.deed for row in result.refused]) == (1, [Deed.DESTROY])


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding(Answer.ANOTHER_ACCOUNTS), "another account's"),
        (Finding(Answer.MAY_NOT_LOOK), "may not look"),
        (Finding(Answer.THROTTLED), "throttled"),
        (Finding(Answer.UNUSABLE), "cannot be adopted"),
        (Finding(Answer.FAILED), "failed"),
    ],
)
def test_with_an_unclear_answer_nothing_is_written_or_applied(
    tmp_path: Path, lake: Aws, monkeypatch: pytest.MonkeyPatch, finding: Finding, words: str
) -> None:
    """Whatever else was found; and all that can be asked is asked, so that one run tells all."""
    from factory.adoption import adopting

    ask = adopting.ask
    monkeypatch.setattr(adopting, "ask", lambda kind, *rest: finding if "sqs" in kind.type else ask(kind, *rest))
    terraform = PlansOnPaper(tmp_path, [QUEUE, BUCKET, VERSIONING], KNOWN_ONCE)
    result = adopt(terraform, lake, apply=True)
    assert (result.exit_status, terraform.applied) == (1, 0)
    assert words in result.unclear["aws_sqs_queue.this"].answer.value
    assert len(result.import_ids) == 2
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_asked_for_has_its_reason(tmp_path: Path, moto_account: Aws) -> None:
    """No known name yet, a type without one, a type that nobody thought of, or left out by the caller."""
    wanted = [VERSIONING, entry("aws_vpc.this"), entry("aws_chime_voice_connector.this", {"name": "x"}), QUEUE]
    result = adopt(PlansOnPaper(tmp_path, wanted), moto_account, exclude=["*queue.this"])
    assert result.not_asked == {
        "aws_s3_bucket_versioning.this": "nothing names it yet: bucket is not known",
        "aws_vpc.this": NAMELESS["aws_vpc"],
        "aws_chime_voice_connector.this": NOT_IN_TABLE,
        "aws_sqs_queue.this": EXCLUDED,
    }
    assert result.exit_status == 0


@pytest.mark.parametrize("pattern", ['aws_sqs_queue.this["a"]', "aws_sqs_queue.*", "aws_sqs_queue", "aws_sqs_queu?"])
def test_an_address_is_left_out_as_it_is_written_or_by_a_pattern(
    tmp_path: Path, moto_account: Aws, pattern: str
) -> None:
    """Its brackets mean themselves."""
    wanted = [entry(f'aws_sqs_queue.this["{key}"]', {"name": key}, index=key) for key in "ab"]
    result = adopt(PlansOnPaper(tmp_path, wanted), moto_account, exclude=[pattern])
    assert result.not_asked['aws_sqs_queue.this["a"]'] == EXCLUDED
    assert len(result.not_asked) == (1 if "[" in pattern else 2)


def test_terraform_and_boto3_must_mean_the_same_account(tmp_path: Path, lake: Aws) -> None:
    """Otherwise it would be looked for in one account and imported in another."""
    with pytest.raises(AdoptionUsageError, match=r"999988887777, and these credentials are of account 123456789012"):
        adopt(PlansOnPaper(tmp_path, [BUCKET], account="999988887777"), lake)


class Fails(PlansOnPaper):
    """A Terraform that makes no second plan."""

    plans = 0

    def plan(self) -> Any:
        """The first one only."""
        self.plans += 1
        if self.plans > 1:
            raise AdoptionError("terraform plan failed.")
        return super().plan()


@pytest.mark.parametrize("before", [None, "# mine\n"])
def test_after_a_failure_the_file_is_what_it_was(tmp_path: Path, lake: Aws, before: str | None) -> None:
    """Half of the import blocks would be worse than none, or than those of before."""
    path = tmp_path / IMPORTS_FILE
    if before is not None:
        path.write_text(before)
    with pytest.raises(AdoptionError):
        adopt(Fails(tmp_path, [BUCKET]), lake)
    assert (path.read_text() if path.exists() else None) == before


def test_a_plan_on_which_terraform_gave_up_is_refused_if_it_shows_a_loss(tmp_path: Path, lake: Aws) -> None:
    """`prevent_destroy` lets the plan fail, and the plan still names the argument."""
    forced = {"actions": ["delete", "create"], "before": {"bucket": "other"}, "replace_paths": [["bucket"]]}
    gone = entry("aws_s3_bucket.old", {"bucket": "new"}, **forced)
    result = adopt(PlansOnPaper(tmp_path, [gone], error="Error: Instance cannot be destroyed"), lake)
    assert (result.exit_status, result.error) == (1, "Error: Instance cannot be destroyed")
    with pytest.raises(AdoptionError, match="Unsupported argument"):
        adopt(PlansOnPaper(tmp_path, [BUCKET], error="Error: Unsupported argument"), lake)


def test_credentials_that_aws_does_not_take_are_told_before_any_plan(tmp_path: Path) -> None:
    """Nobody listens at port 9 (discard)."""
    import boto3

    terraform = PlansOnPaper(tmp_path, [BUCKET])
    nowhere = Aws(boto3.Session("a", "b", region_name="us-east-1"), "http://127.0.0.1:9")
    with pytest.raises(AdoptionError, match="whose account"):
        adopt(terraform, nowhere)


def test_a_session_without_a_region_is_a_wrong_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is said which option would be right."""
    import boto3

    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(AdoptionUsageError, match="--region"):
        Aws(boto3.Session("a", "b")).account()
