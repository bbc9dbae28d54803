"""YAML whose mistakes are said with file, line and key.

A document is read twice: `yaml` builds a tree of nodes that know their lines, pydantic checks the plain values; what
the second finds is looked up in the first.
"""

from __future__ import annotations

import json
import reprlib
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from simulator.errors import ScenarioError

Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[str | int, ...]

_PLAIN = {
    "missing": "this key is missing",
    "extra_forbidden": "there is no such key",
    "tuple_type": "this should be a list",
    "model_type": "this should be a mapping of keys to values",
    "dict_type": "this should be a mapping of keys to values",
}
"""What pydantic says in words of Python, in words of YAML."""


class MarkedYaml:
    r"""A document and where each of its keys stands.

    Args:
        text: YAML.
        where: what errors call it.

    Raises:
        ScenarioError: it is not YAML, empty, no mapping, or a key stands twice in one place.

    Example:
        >>> MarkedYaml("name: calm\nspeed: 3", "mine.yaml").line_of(("speed",))
        2
    """

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self._root = self._compose()
        self._refuse_repeated_keys(self._root, (), set())

    def validate(self, model: type[Model]) -> Model:
        """The document as a model.

        Raises:
            ScenarioError: it does not fit; the first misfit, and how many more there are.
        """
        try:
            data = yaml.SafeLoader("").construct_document(self._root)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except ValueError as error:  # such as the date 2026-99-99
            raise ScenarioError(f"a value cannot be read: {error}", where=self.where) from None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise self._misfit(error) from None

    def error(self, path: KeyPath, problem: str) -> ScenarioError:
        """An error at a key."""
        return ScenarioError(problem, where=self.where, line=self.line_of(path), key=key_text(path))

    def line_of(self, path: KeyPath) -> int:
        """Line of a key, or of the deepest there is on the way to it, from 1."""
        return self._walk(path)[1]

    def node_at(self, path: KeyPath) -> yaml.Node | None:
        """The node of a key; None if there is none."""
        node, _, whole = self._walk(path)
        return node if whole else None

    def _walk(self, path: KeyPath) -> tuple[yaml.Node, int, bool]:
        node, line = self._root, int(self._root.start_mark.line)
        for part in path:
            below = _child(node, part)
            if below is None:
                return node, line + 1, False
            line, node = below
        return node, line + 1, True

    def _compose(self) -> yaml.Node:
        try:
            node: yaml.Node | None = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except yaml.YAMLError as error:
            raise ScenarioError(f"this is not YAML: {str(error).splitlines()[0]}", where=self.where) from None
        except RecursionError:
            raise ScenarioError("it is nested too deeply", where=self.where) from None
        if not isinstance(node, yaml.MappingNode):
            found = "it is empty" if node is None else "it is not a mapping of keys to values"
            raise ScenarioError(found, where=self.where, remedy="The least is one line: name: calm")
        return node

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> ScenarioError:
        mark = error.problem_mark or error.context_mark
        return ScenarioError(
            f"this is not YAML: {error.problem or error.context}",
            where=self.where,
            line=mark.line + 1 if mark else None,
        )

    def _refuse_repeated_keys(self, node: yaml.Node, path: KeyPath, seen: set[int]) -> None:
        # YAML libraries take the last of two equal keys without a word. An alias leads to a node that was seen.
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self._refuse_repeated_keys(item, (*path, number), seen)
        elif isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                here = (*path, str(key.value))
                if here[-1] in names:
                    line = key.start_mark.line + 1
                    raise ScenarioError("this key stands here twice", where=self.where, line=line, key=key_text(here))
                names.add(str(here[-1]))
                self._refuse_repeated_keys(value, here, seen)

    def _misfit(self, error: ValidationError) -> ScenarioError:
        # A misspelt key is often the reason why another is missing, so it goes first.
        first, *others = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
        also = ", ".join(key_text(other["loc"]) for other in others[:3])
        return self.error(first["loc"], _sentence(first) + (f" (also wrong: {also})" if also else ""))


def key_text(path: KeyPath) -> str:
    """A path as people write it.

    Example:
        >>> key_text(("faults", 0, "signal"))
        'faults[0].signal'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        found = ((key.start_mark.line, value) for key, value in node.value if str(key.value) == str(part))
        return next(found, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return int(node.value[part].start_mark.line), node.value[part]
    return None


def _sentence(problem: Any) -> str:
    plain = _PLAIN.get(problem["type"])
    if plain is not None:
        return plain
    text = problem["msg"].removeprefix("Value error, ")
    return text if problem["input"] is None else f"{_shown(problem['input'])}: {text[0].lower()}{text[1:]}"


def _shown(value: object) -> str:
    if value is None or isinstance(value, str | int | float):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 60 else text[:57] + "..."
    return reprlib.repr(value)  # a value may be deep, and with aliases even endless
