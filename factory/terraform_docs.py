"""`python -P -m factory.terraform_docs`: writes the tables of inputs and outputs into the README of each module.

A table stands between two marks; what is around it is written by hand and stays. A README that is missing is begun
with the comment on the first lines of main.tf.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.errors import FactoryError, UsageError
from factory.terraform_files import Block, on_one_line, read_folder, update

TERRAFORM = Path("terraform")
BEGIN = "<!-- terraform_docs: written by `python -P -m factory.terraform_docs` -->"
END = "<!-- /terraform_docs -->"
_LONGEST_DEFAULT = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables, or say which are old; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -P -m factory.terraform_docs",
        description="Writes the tables of inputs and outputs into the README.md of each folder with Terraform files.",
        epilog="Example: python -P -m factory.terraform_docs --check terraform/modules/network",
    )
    parser.add_argument("folders", nargs="*", type=Path, help="folders; all under terraform/ unless named")
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 if a table is old")
    asked = parser.parse_args(arguments)
    try:
        old = [folder for folder in asked.folders or folders(TERRAFORM) if _is_old(folder, check=asked.check)]
    except FactoryError as error:
        sys.stderr.write(f"terraform_docs: {error}\n")
        return error.exit_status
    for folder in old:
        sys.stdout.write(f"{folder / 'README.md'}: {'old' if asked.check else 'written'}\n")
    return 1 if asked.check and old else 0


def folders(root: Path) -> list[Path]:
    """All folders with Terraform files, the root first.

    Raises:
        UsageError: there are none.
    """
    found = sorted({path.parent for path in root.rglob("*.tf") if ".terraform" not in path.parts})
    if not found:
        raise UsageError(f"There are no *.tf files under {root}/.", remedy="Run it where terraform/ lies.")
    return found


def readme(folder: Path) -> str:
    """What the README of a folder should be: the text that is there, with the tables of now.

    Raises:
        UsageError: there are no Terraform files, or only one of the two marks.
        TerraformFileError: a file is not as `terraform fmt` writes it.
    """
    if not any(folder.glob("*.tf")):
        raise UsageError(f"There are no *.tf files in {folder}/.", remedy="Name a folder that has some.")
    path = folder / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else _begun(folder)
    written = "\n".join([BEGIN, "", tables(read_folder(folder)), END])
    if BEGIN not in text and END not in text:
        return f"{text.rstrip()}\n\n{written}\n"
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UsageError(f"{path} has one of the two marks only.", remedy=f"Put {BEGIN} before {END}.")
    return before + written + after


def tables(module: Block) -> str:
    r"""Inputs and outputs as two tables of Markdown.

    Example:
        >>> from factory.terraform_files import read
        >>> print(tables(read('output "url" {\n  description = "Where people look."\n  value = "x"\n}\n')))
        ## Inputs
        <BLANKLINE>
        None.
        <BLANKLINE>
        ## Outputs
        <BLANKLINE>
        | name | what |
        |---|---|
        | `url` | Where people look. |
        <BLANKLINE>
    """
    inputs = [_input_row(variable) for variable in module.all("variable")]
    outputs = [f"| `{output.labels[0]}` | {_description(output)} |" for output in module.all("output")]
    parts = [
        _table("Inputs", "| name | what | type | default |", inputs),
        _table("Outputs", "| name | what |", outputs),
    ]
    return "\n".join(parts)


def _table(title: str, head: str, rows: list[str]) -> str:
    rule = "|".join(["", *("---" for _ in head.split("|")[1:-1]), ""])
    return "\n".join([f"## {title}", "", *([head, rule, *rows] if rows else ["None."]), ""])


def _input_row(variable: Block) -> str:
    default = variable.attributes.get("default")
    kind = on_one_line(variable.attributes.get("type", "any"))
    shown = "(needed)" if default is None else _code(_shortened(on_one_line(default)))
    return f"| `{variable.labels[0]}` | {_description(variable)} | {_code(kind)} | {shown} |"


def _description(block: Block) -> str:
    text = on_one_line(block.attributes.get("description", '""'))
    return text.removeprefix('"').removesuffix('"').replace('\\"', '"').replace("|", "\\|")


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_DEFAULT else f"{text[: _LONGEST_DEFAULT - 2]} …"


def _begun(folder: Path) -> str:
    lines = (folder / "main.tf").read_text(encoding="utf-8").splitlines() if (folder / "main.tf").exists() else []
    about = []
    for line in lines:
        if not line.startswith("#"):
            break
        about.append(line.removeprefix("#").strip())
    return "\n".join([f"# {folder.name}", "", *about])


def _is_old(folder: Path, *, check: bool) -> bool:
    return update(folder / "README.md", readme(folder), check=check)


if __name__ == "__main__":
    sys.exit(main())
