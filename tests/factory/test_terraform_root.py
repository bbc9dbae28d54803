"""The root of Terraform, made from the module that it deploys."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory.terraform_root import WRITTEN, files, main

VARIABLES = """variable "plant" {
  description = "Its name."
  type        = string
}

variable "machines" {
  description = "How many."
  type        = number
}
"""
OUTPUTS = """output "password" {
  description = "Nobody sees it."
  value       = one(
    ["x"],
  )
  sensitive = true
}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder whose module has two variables and an output."""
    module = tmp_path / "modules/factory"
    module.mkdir(parents=True)
    (module / "variables.tf").write_text(VARIABLES)
    (module / "outputs.tf").write_text(OUTPUTS)
    return tmp_path


def test_every_variable_is_handed_on(root: Path) -> None:
    """In the form of `terraform fmt`; the root asks for the same as the module does."""
    written = files(root)

    assert written[root / "variables.tf"] == WRITTEN + VARIABLES
    assert written[root / "main.tf"] == WRITTEN + (
        'module "factory" {\n  source = "./modules/factory"\n\n  plant    = var.plant\n  machines = var.machines\n}\n'
    )


def test_a_secret_output_stays_one(root: Path) -> None:
    """Terraform would refuse to hand it on in the open."""
    assert files(root)[root / "outputs.tf"] == WRITTEN + (
        'output "password" {\n  description = "Nobody sees it."\n'
        "  value       = module.factory.password\n  sensitive   = true\n}\n"
    )


def test_what_is_old_is_told_or_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` changes nothing and has status 1; a second writing finds nothing to do."""
    assert main([str(root), "--check"]) == 1
    assert not (root / "main.tf").exists()
    assert main([str(root)]) == 0
    assert f"{root / 'main.tf'}: written" in capsys.readouterr().out
    assert main([str(root), "--check"]) == 0
    assert capsys.readouterr().out == ""
