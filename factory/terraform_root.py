"""`python -P -m factory.terraform_root`: writes Terraform's root from the module that it deploys.

The root adds where the state lies and the provider, which a module that others call must not have (Terraform's manual,
"Providers within modules"). All else it hands on: `main.tf`, `variables.tf` and `outputs.tf` say again what
`modules/factory` says, and so they are made from it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.errors import FactoryError
from factory.terraform_docs import TERRAFORM
from factory.terraform_files import Block, read_file, update

MODULE = "modules/factory"
WRITTEN = "# Written by `python -P -m factory.terraform_root` from modules/factory, which this root deploys.\n\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or say which are old; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -P -m factory.terraform_root",
        description="Writes main.tf, variables.tf and outputs.tf of Terraform's root from its modules/factory.",
        epilog="Example: python -P -m factory.terraform_root --check",
    )
    parser.add_argument("root", nargs="?", type=Path, default=TERRAFORM, help="folder of the root (%(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 if a file is old")
    asked = parser.parse_args(arguments)
    try:
        old = [path for path, text in files(asked.root).items() if update(path, text, check=asked.check)]
    except FactoryError as error:
        sys.stderr.write(f"terraform_root: {error}\n")
        return error.exit_status
    for path in old:
        sys.stdout.write(f"{path}: {'old' if asked.check else 'written'}\n")
    return 1 if asked.check and old else 0


def files(root: Path) -> dict[Path, str]:
    """What the root's files should say, by their paths.

    Raises:
        TerraformFileError: a file of the module is not as `terraform fmt` writes it.
    """
    module = root / MODULE
    variables = read_file(module / "variables.tf").all("variable")
    outputs = read_file(module / "outputs.tf").all("output")
    return {
        root / "main.tf": WRITTEN + call([variable.labels[0] for variable in variables]),
        root / "variables.tf": WRITTEN + (module / "variables.tf").read_text(encoding="utf-8"),
        root / "outputs.tf": WRITTEN + "\n".join(handed_on(output) for output in outputs),
    }


def call(names: Sequence[str]) -> str:
    r"""The block that calls the module with the root's own variables.

    Example:
        >>> print(call(["plant", "images"]))
        module "factory" {
          source = "./modules/factory"
        <BLANKLINE>
          plant  = var.plant
          images = var.images
        }
        <BLANKLINE>
    """
    width = max(map(len, names), default=0)
    handed = "".join(f"  {name:{width}} = var.{name}\n" for name in names)
    return f'module "factory" {{\n  source = "./{MODULE}"\n\n{handed}}}\n'


def handed_on(output: Block) -> str:
    r"""An output of the module as one of the root.

    Example:
        >>> from factory.terraform_files import read
        >>> (url,) = read('output "url" {\n  description = "Where."\n  value = "x"\n}\n').all("output")
        >>> print(handed_on(url))
        output "url" {
          description = "Where."
          value       = module.factory.url
        }
        <BLANKLINE>
    """
    name = output.labels[0]
    told = {"description": output.attributes["description"], "value": f"module.factory.{name}"}
    if "sensitive" in output.attributes:
        told["sensitive"] = output.attributes["sensitive"]
    lines = "".join(f"  {key:11} = {value}\n" for key, value in told.items())
    return f'output "{name}" {{\n{lines}}}\n'


if __name__ == "__main__":
    sys.exit(main())
