"""Blocks of Terraform files: what their variables, outputs, resources and providers say.

It reads files in the form that `terraform fmt` gives them, where indentation shows what belongs to what, and which a
test holds all of ours to. A parser of the whole language (python-hcl2) was tried: it took 2.6 s for one file of
variables, and gave back expressions rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from contracts.errors import FactoryError

_OPENS_BLOCK = re.compile(r'^(?P<kind>[a-z_]\w*)(?P<labels>(?: "[^"]*")*) \{(?P<rest>.*)$')
_OPENS_ATTRIBUTE = re.compile(r"^(?P<name>[\w-]+)\s*= (?P<value>.*)$")
_HEREDOC = re.compile(r"<<-?(?P<end>\w+)$")
_INDENT = "  "


class TerraformFileError(FactoryError):
    """A Terraform file is not in the form that can be read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with what stands in it.

    Args:
        kind: first word, as `variable`; empty for a whole file.
        labels: what follows in quotes.
        attributes: name → expression, as written, on one or several lines.
        blocks: those within.
        text: all lines within, comments and all.
    """

    kind: str
    labels: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    text: str = ""

    def all(self, kind: str) -> list[Block]:
        """The blocks of a kind directly within."""
        return [block for block in self.blocks if block.kind == kind]


def read_folder(folder: Path) -> Block:
    """All `*.tf` files of a folder as one.

    Raises:
        TerraformFileError: a file is not as `terraform fmt` writes it.
    """
    files = [read_file(path) for path in sorted(folder.glob("*.tf"))]
    blocks = tuple(block for file in files for block in file.blocks)
    return Block("", blocks=blocks, text="\n".join(file.text for file in files))


def read_file(path: Path) -> Block:
    """One file.

    Raises:
        TerraformFileError: it is not as `terraform fmt` writes it.
    """
    try:
        return read(path.read_text(encoding="utf-8"))
    except TerraformFileError as error:
        raise TerraformFileError(f"{path}: {error.message}", remedy=f"Run: terraform fmt {path.parent}") from None


def read(text: str) -> Block:
    r"""The blocks and attributes of a text.

    Raises:
        TerraformFileError: a line is neither.

    Example:
        >>> variable = read('variable "zones" {\n  type    = number\n  default = 2\n}\n').blocks[0]
        >>> variable.labels, variable.attributes
        (('zones',), {'type': 'number', 'default': '2'})
    """
    return _body("", (), text.split("\n"))


def update(path: Path, text: str, *, check: bool) -> bool:
    """Whether a generated file was old; it is written unless only asked to check."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    if not check:
        path.write_text(text, encoding="utf-8")
    return True


def on_one_line(expression: str) -> str:
    r"""An expression without line breaks, as a table shows it.

    Example:
        >>> on_one_line('map(object({\n  from = string\n  # of TCP\n  port = number\n}))')
        'map(object({ from = string, port = number }))'
    """
    lines = [line for line in (line.strip() for line in expression.split("\n")) if line and not line.startswith("#")]
    if not lines:
        return ""
    if _HEREDOC.search(lines[0]):
        return " ".join(lines[1:-1])
    parted = [
        line if line[-1] in "([{," or following[:1] in tuple(")]}") else f"{line},"
        for line, following in zip(lines, [*lines[1:], ")"], strict=True)
    ]
    joined = re.sub(r"(\w) +=", r"\1 =", " ".join(parted))
    return re.sub(r",? +([)\]])", r"\1", re.sub(r"([(\[]) +", r"\1", re.sub(r", }", " }", joined)))


def _body(kind: str, labels: tuple[str, ...], lines: list[str]) -> Block:
    attributes: dict[str, str] = {}
    blocks: list[Block] = []
    for first, rest in _entries(lines):
        if opened := _OPENS_BLOCK.match(first):
            within = _within(first, opened["rest"], rest)
            blocks.append(_body(opened["kind"], tuple(re.findall(r'"([^"]*)"', opened["labels"])), within))
        elif attribute := _OPENS_ATTRIBUTE.match(first):
            attributes[attribute["name"]] = "\n".join([attribute["value"], *rest])
        else:
            raise TerraformFileError(f"the line {first.strip()!r} is neither a block nor an attribute.")
    return Block(kind, labels, attributes, tuple(blocks), "\n".join(lines))


def _within(first: str, on_first: str, rest: list[str]) -> list[str]:
    """The lines within a block, which may be one line as a whole."""
    if on_first.rstrip().endswith("}") and not rest:
        inner = on_first.rstrip()[:-1].strip()
        return [inner] if inner else []
    if on_first or not rest or rest[-1] != "}":
        raise TerraformFileError(f"the block {first.strip()!r} is not closed by a line of its own.")
    return [line.removeprefix(_INDENT) for line in rest[:-1]]


def _entries(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each line without indentation, with those that belong to it: indented ones and closing brackets."""
    at = 0
    while at < len(lines):
        first, begin = lines[at], at + 1
        at += 1
        if not first or first.startswith("#"):
            continue
        heredoc = _HEREDOC.search(first)
        while at < len(lines) and (heredoc or not lines[at] or lines[at][0] in " )]}"):
            if not heredoc:
                heredoc = _HEREDOC.search(lines[at])
            elif lines[at].strip() == heredoc["end"]:
                heredoc = None
            at += 1
        belonging = lines[begin:at]
        while belonging and not belonging[-1]:
            belonging.pop()
        yield first, belonging
