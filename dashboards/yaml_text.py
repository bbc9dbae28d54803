"""YAML as a person would write it: keys in their order, long texts as blocks."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """A dumper of its own, so that the representer below stays here."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(document: Any, comment: str = "") -> str:
    r"""The text of a document, under a comment that says where it comes from.

    Example:
        >>> print(yaml_text({"expr": "up\n== 0"}, "Generated."), end="")
        # Generated.
        expr: |-
          up
          == 0
    """
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return head + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
