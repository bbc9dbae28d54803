"""Blocks, attributes and expressions of Terraform files."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.terraform_files import TerraformFileError, on_one_line, read, read_file, read_folder

EXAMPLE = """\
# What it is for.
terraform {
  required_version = ">= 1.11"
}

variable "sizes" {
  description = "How large."
  type = map(object({
    cpu    = number
    memory = optional(number, 512)
  }))
  default = {}

  validation {
    condition     = length(var.sizes) < 10
    error_message = "sizes must be fewer than 10."
  }
}

data "aws_region" "this" {}

output "note" {
  value = <<-EOT
    first {
    }

    last
  EOT
  description = "After the text."
}
"""


def terraform(*arguments: str, given: str, cwd: Path) -> str:
    """What the program answers to its standard input."""
    ended = subprocess.run(
        ["terraform", *arguments], input=given, cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_blocks_have_kind_labels_and_attributes() -> None:
    """In the order of the file; what is within a block is read in the same way."""
    file = read(EXAMPLE)
    assert [(block.kind, *block.labels) for block in file.blocks] == [
        ("terraform",),
        ("variable", "sizes"),
        ("data", "aws_region", "this"),
        ("output", "note"),
    ]
    variable = file.all("variable")[0]
    assert list(variable.attributes) == ["description", "type", "default"]
    assert variable.all("validation")[0].attributes["error_message"] == '"sizes must be fewer than 10."'


def test_an_attribute_of_several_lines_is_kept_whole() -> None:
    """With its closing brackets, and to the end of a text within."""
    file = read(EXAMPLE)
    assert on_one_line(file.all("variable")[0].attributes["type"]) == (
        "map(object({ cpu = number, memory = optional(number, 512) }))"
    )
    output = file.all("output")[0]
    assert on_one_line(output.attributes["value"]) == "first { } last"
    assert output.attributes["description"] == '"After the text."'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("number", "number"),
        ('[\n  "a",\n  "b",\n]', '["a", "b"]'),
        ("{\n  a = 1\n\n  # why\n  long = 2\n}", "{ a = 1, long = 2 }"),
        (
            "object({\n  inner = optional(object({\n    a = string\n  }))\n})",
            "object({ inner = optional(object({ a = string })) })",
        ),
        ("[\n  {\n    a = 1\n  },\n]", "[{ a = 1 }]"),
        ("", ""),
    ],
)
def test_an_expression_on_one_line_reads_as_one_would_write_it(written: str, shown: str) -> None:
    """Commas take the place of line breaks; comments are left out."""
    assert on_one_line(written) == shown


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
@pytest.mark.parametrize(
    ("written", "means"),
    [("[\n1,\n2\n]", "[1,2]"), ("{\na = 1\nbcd = [\n1,\n{ e = true }\n]\n}", '{"a":1,"bcd":[1,{"e":true}]}')],
)
def test_what_terraform_fmt_wrote_means_the_same_on_one_line(written: str, means: str, tmp_path: Path) -> None:
    """Terraform's console says so."""
    formatted = terraform("fmt", "-", given=f"x = {written}\n", cwd=tmp_path)
    joined = on_one_line(read(formatted).attributes["x"])
    answer = terraform("console", given=f"jsonencode({joined})\n", cwd=tmp_path)
    assert json.loads(json.loads(answer)) == json.loads(means)


@given(st.text(st.characters(codec="utf-8", exclude_characters='"\\\n$%')))
def test_no_text_in_quotes_is_taken_for_structure(text: str) -> None:
    """Braces, brackets and equals signs in strings are part of them."""
    block = read(f'variable "x" {{\n  description = "{text}"\n  type        = string\n}}\n').blocks[0]
    assert block.attributes == {"description": f'"{text}"', "type": "string"}


@pytest.mark.parametrize(
    "text", ['variable "x" {\n  type = string\n', "this is no block\n", 'variable "x" { type = string\n}\n']
)
def test_what_cannot_be_read_is_named_with_the_remedy(text: str, tmp_path: Path) -> None:
    """The file, the line, and the command that puts it right."""
    (tmp_path / "main.tf").write_text(text)
    with pytest.raises(TerraformFileError, match=r"main\.tf: the (line|block) '.*Run: terraform fmt"):
        read_file(tmp_path / "main.tf")


def test_a_folder_is_read_as_one(tmp_path: Path) -> None:
    """All its files, by name."""
    (tmp_path / "b.tf").write_text('output "b" {\n  value = 1\n}\n')
    (tmp_path / "a.tf").write_text('variable "a" {}\n')
    assert [block.kind for block in read_folder(tmp_path).blocks] == ["variable", "output"]
