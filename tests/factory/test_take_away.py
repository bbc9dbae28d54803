"""What is found to be taken away, and what is said of it when it is gone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.take_away.__main__ import ROOT, Trial, all_trials, main
from factory.take_away.hcl import closing, end_of_expression
from factory.take_away.mutations import KINDS, Mutation, mutations
from factory.take_away.trial import Copy, Verdict, first_failure

BUCKET = """\
resource "aws_s3_bucket_policy" "this" {
  bucket = "logs" # kms_key_id = "not code"

  server_side_encryption {
    enabled    = true
    kms_key_id = var.key_arn
  }

  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Action    = ["s3:PutObject", "s3:GetObject"]
        Resource  = "${var.arns["logs"]}/*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account }
          ArnLike      = { "aws:SourceArn" = var.arn }
        }
      },
      { Effect = "Deny", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } },
    ]
  })
}
"""


def after(text: str, kind: str, what: str) -> str:
    """The text without what is named so."""
    (found,) = [one for one in mutations(text) if (one.kind, one.what) == (kind, what)]
    return found.of(text)


def test_a_line_goes_as_a_whole_and_what_a_comment_says_stays() -> None:
    """So that the rest is still HCL."""
    assert "kms_key_id = var" not in after(BUCKET, "encryption", "without kms_key_id")
    assert 'bucket = "logs" # kms_key_id' in after(BUCKET, "encryption", "without kms_key_id")


def test_a_block_goes_with_all_that_is_in_it() -> None:
    """And a blank line stays behind."""
    lines = BUCKET.split("\n")

    assert after(BUCKET, "encryption", "without the block server_side_encryption").split("\n") == lines[:3] + lines[7:]


def test_a_condition_goes_as_a_whole_and_by_its_parts() -> None:
    """Each part by itself is a protection, too."""
    without = [one.of(BUCKET) for one in mutations(BUCKET) if one.kind == "condition"]

    assert [
        ("StringEquals" in text, "ArnLike" in text, "SecureTransport" in text) for text in without
    ] == [(False, False, True), (False, True, True), (True, False, True), (True, True, False)]  # fmt: skip
    assert '{ Effect = "Deny", Action = "s3:*", Resource = "*" }' in without[-1]


def test_what_is_allowed_is_widened_and_what_is_denied_is_not() -> None:
    """A denial of more is no weaker; without it there is less protection."""
    found = [(one.kind, one.what) for one in mutations(BUCKET) if one.kind in ("star", "deny")]

    assert found == [
        ("star", 'Principal = "*"'), ("star", 'Action = "*"'), ("star", 'Resource = "*"'),
        ("deny", "without this denial"),
    ]  # fmt: skip


def test_a_denial_goes_with_its_comma() -> None:
    """HCL takes no comma before the first element of a list."""
    assert after(BUCKET, "deny", "without this denial").endswith("      },\n      \n    ]\n  })\n}\n")


def test_a_value_becomes_the_weaker_one() -> None:
    """A Boolean its opposite, a word of two the other."""
    text = 'resource "a" "b" {\n  tags = { on = true }\n  image_tag_mutability = "IMMUTABLE"\n}\n'

    assert "on = false" in after(text, "weaker", "on = false")
    assert '= "MUTABLE"' in after(text, "weaker", 'image_tag_mutability = "MUTABLE"')


def test_what_waits_no_longer_waits() -> None:
    """A container for another, by a map; a resource for another, by a list."""
    text = 'containers = {\n  main = {\n    depends_on = { init = "SUCCESS" }\n  }\n}\ndepends_on = [aws_s3_bucket.a]\n'

    first, second = [one.of(text) for one in mutations(text) if one.kind == "order"]
    assert first == "containers = {\n  main = {\n  }\n}\ndepends_on = [aws_s3_bucket.a]\n"
    assert second == text.removesuffix("depends_on = [aws_s3_bucket.a]\n")


def test_a_validation_takes_everything() -> None:
    """Terraform wants its condition to speak of the variable (language reference, "Custom Conditions")."""
    text = """\
variable "days" {
  type = number

  validation {
    condition     = var.days > 6 && alltrue([for day in [1] : day > 0])
    error_message = "days must be 7 or more."
  }
}
"""

    taken = after(text, "validation", 'without the refusal "days must be 7 or more."')
    assert "    condition     = var.days == var.days\n" in taken


_texts = st.text(st.sampled_from("a ,#(){}[]"), max_size=5).map(lambda text: f'"{text}"')
_expressions = st.recursive(
    st.sampled_from(["1", "var.name", "null"]) | _texts,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[\n  {', '.join(parts)}\n]")
        | inner.map(lambda part: f"{{ a = {part} }}")
        | inner.map(lambda part: f'"x${{f({part})}}y"')
    ),
    max_leaves=6,
)


@given(_expressions, st.sampled_from([", b = 1 }", "\nb = 1", " # why", ")", ""]))
def test_an_expression_ends_where_its_brackets_and_quotes_do(expression: str, following: str) -> None:
    """Whatever stands in its texts, and whatever follows."""
    assert end_of_expression("a = " + expression + following, 4) == 4 + len(expression)
    if expression[0] in "[{":
        assert closing(expression + following, 0) == len(expression)


def test_each_change_is_a_change_of_what_is_found_by_its_line() -> None:
    """In the modules themselves: nothing is tried twice, and each kind is there to be tried."""
    trials = list(all_trials(ROOT / "terraform"))

    texts = {file: (ROOT / "terraform" / file).read_text(encoding="utf-8") for file in {one.file for one in trials}}
    changed = [(one.file, one.mutation.of(texts[one.file])) for one in trials]
    assert len(set(changed)) == len(trials)
    assert all(text != texts[file] for file, text in changed)
    assert {one.mutation.kind for one in trials} == set(KINDS)


def test_what_a_trial_is_called_leads_to_its_place() -> None:
    """A file and line as editors and terminals open them."""
    trial = Trial(
        Path("modules/keys/main.tf"), 120, "", Mutation("encryption", 0, 1, "", "without enable_key_rotation")
    )

    assert str(trial) == "terraform/modules/keys/main.tf:120 encryption: without enable_key_rotation"


def _run(status: str) -> dict[str, object]:
    return {"type": "test_run", "test_run": {"run": "keys_rotate", "progress": "complete", "status": status}}


def _said(summary: str, file: str) -> dict[str, object]:
    return {
        "type": "diagnostic",
        "diagnostic": {"severity": "error", "summary": summary, "range": {"filename": file}},
    }


def test_the_first_failure_is_that_of_a_test_or_of_terraform() -> None:
    """Events as `terraform test -json` writes them: a run's status, then what is wrong (CLI reference, JSON output)."""
    missed = [_run("pass"), _run("fail"), _said("Test assertion failed", "tests/keys.tftest.hcl"), _run("skip")]
    refused = [_run("error"), _said("Missing required argument", "main.tf"), _run("skip")]

    assert first_failure(missed) == Verdict("killed", "keys_rotate")
    assert first_failure(refused) == Verdict("refused", "Missing required argument")
    assert first_failure([_said("Reference to undeclared resource", "main.tf")]) is not None
    assert first_failure([_run("pass"), {"type": "test_summary"}]) is None


def test_a_protection_that_a_test_holds_is_missed_and_another_is_not(tmp_path: Path) -> None:
    """With Terraform itself, which has `terraform_data` without a provider."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    module = tmp_path / "repository" / "terraform" / "modules" / "small"
    (module / "tests").mkdir(parents=True)
    lines = ['resource "terraform_data" "this" {', "  input = {", "    held = true", "    open = true", "  }", "}", ""]
    (module / "main.tf").write_text("\n".join(lines), encoding="utf-8")
    (module / "tests" / "small.tftest.hcl").write_text(
        'run "it_is_held" {\n  command = plan\n\n  assert {\n    condition     = terraform_data.this.input.held\n'
        '    error_message = "It is not held."\n  }\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "copy").mkdir()
    copy = Copy(tmp_path / "repository", tmp_path / "copy")
    text = (module / "main.tf").read_text(encoding="utf-8")

    verdicts = {one.what: copy.try_text(Path("modules/small/main.tf"), one.of(text), text) for one in mutations(text)}
    gone = copy.try_text(Path("modules/small/main.tf"), text.replace("  }", ""), text)

    assert verdicts == {"held = false": Verdict("killed", "it_is_held"), "open = false": Verdict("survived")}
    assert gone.outcome == "refused"
    assert (copy.terraform / "modules/small/main.tf").read_text(encoding="utf-8") == text


def test_a_report_tells_what_is_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what survived then, wherever its line has gone to."""
    trials = [one for one in all_trials(ROOT / "terraform") if one.file.parent.name == "keys"][:2]
    outcomes = ("survived", "killed")
    told = [one.as_json | {"line": 1, "outcome": outcome} for one, outcome in zip(trials, outcomes, strict=True)]
    (tmp_path / "report.json").write_text(json.dumps(told), encoding="utf-8")

    status = main(["--list", "--again", str(tmp_path / "report.json"), "--module", "keys"])

    listed = capsys.readouterr().out.splitlines()
    assert status == 0
    assert str(trials[0]) in listed
    assert str(trials[1]) not in listed
