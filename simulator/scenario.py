"""Scenarios: which fault hits which machine when, in YAML that people write.

A scenario is read twice: `yaml` builds a tree of nodes that know their lines, pydantic checks the plain values; an
error of the second is then said at the line of the first.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.telemetry import DEVICE_ID_PATTERN
from simulator.errors import ScenarioError
from simulator.faults.request import FaultRequest
from simulator.replay_spec import ReplaySpec

BUILT_IN = files("simulator") / "scenarios"


class Scenario(BaseModel):
    """What is going to happen to a plant.

    Example:
        >>> parse_scenario("name: calm").faults
        ()
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=DEVICE_ID_PATTERN, description="Name; stands in the truth.")
    description: str = Field(default="", description="What it is for.")
    faults: tuple[FaultRequest, ...] = Field(default=(), description="Faults; times count from the plant's start.")
    replays: tuple[ReplaySpec, ...] = Field(default=(), description="Machines whose readings come from a file.")


def scenario_names() -> list[str]:
    """Names of the scenarios that come with the simulator.

    Example:
        >>> scenario_names()
        ['bad-sensors', 'calm', 'drift', 'hall-warms-up']
    """
    return sorted(entry.name.removesuffix(".yaml") for entry in BUILT_IN.iterdir() if entry.name.endswith(".yaml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A scenario by its name, or from a file.

    Raises:
        ScenarioError: no such scenario, or one that cannot be played: file, line and key.

    Example:
        >>> [fault.target for fault in load_scenario("drift").faults]
        ['M003']
    """
    text, where = _read(name_or_path)
    return _parse(text, where, _base(name_or_path))


def scenario_text(name_or_path: str | Path) -> str:
    """The text of a scenario, good to be carried elsewhere: its file names are made absolute.

    Raises:
        ScenarioError: as `load_scenario` does; a text that comes back can be played.
    """
    text, where = _read(name_or_path)
    base = _base(name_or_path)
    _parse(text, where, base)
    return _with_absolute_files(text, where, base)


def parse_scenario(text: str, where: str = "scenario") -> Scenario:
    """A scenario from its text.

    Args:
        text: YAML.
        where: what errors call it: a file, or what it was read from.

    Raises:
        ScenarioError: it cannot be played: line and key.
    """
    return _parse(text, where, Path())


def _base(name_or_path: str | Path) -> Path:
    return Path(name_or_path).resolve().parent if _is_path(name_or_path) else Path()


def _is_path(name_or_path: str | Path) -> bool:
    text = str(name_or_path)
    return isinstance(name_or_path, Path) or "/" in text or text.endswith((".yaml", ".yml"))


def _read(name_or_path: str | Path) -> tuple[str, str]:
    if _is_path(name_or_path):
        path = Path(name_or_path)
        try:
            return path.read_text("utf-8"), str(path)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise ScenarioError(f"cannot be read: {reason}", where=str(path)) from None
    entry = BUILT_IN / f"{name_or_path}.yaml"
    if not entry.is_file():
        raise ScenarioError(
            "there is no scenario of that name",
            where=repr(str(name_or_path)),
            remedy=f"Use one of {', '.join(scenario_names())}, or a file's path ending in .yaml.",
        )
    return entry.read_text("utf-8"), f"{entry.name}"


def _parse(text: str, where: str, base: Path) -> Scenario:
    node = _compose(text, where)
    if node is None:
        raise ScenarioError("it is empty", where=where, remedy="The least is a line like name: calm.")
    _refuse_repeated_keys(node, where, ())
    data = yaml.SafeLoader("").construct_document(node)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise _scenario_error(error, node, where) from None
    resolved = tuple(replay.model_copy(update={"file": base / replay.file}) for replay in scenario.replays)
    return scenario.model_copy(update={"replays": resolved})


def _compose(text: str, where: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ScenarioError(f"this is not YAML: {error.problem}", where=where, line=line) from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"this is not YAML: {error}".splitlines()[0], where=where) from None
    return node


def _refuse_repeated_keys(node: yaml.Node, where: str, path: tuple[str | int, ...]) -> None:
    # YAML libraries take the last of two equal keys without a word.
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                line, spot = key.start_mark.line + 1, _key_text((*path, name))
                raise ScenarioError("this key stands here twice", where=where, line=line, key=spot)
            seen.add(name)
            _refuse_repeated_keys(value, where, (*path, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _refuse_repeated_keys(item, where, (*path, number))


def _scenario_error(error: ValidationError, node: yaml.Node, where: str) -> ScenarioError:
    problems = error.errors()
    first = problems[0]
    path = tuple(part for part in first["loc"] if not isinstance(part, str) or not part.startswith("function-"))
    missing = first["type"] == "missing"
    return ScenarioError(
        _sentence(first, len(problems) - 1),
        where=where,
        line=_line_of(node, path[:-1] if missing else path),
        key=_key_text(path),
    )


def _sentence(problem: Any, others: int) -> str:
    if problem["type"] == "missing":
        text = "this key is missing"
    elif problem["type"] == "extra_forbidden":
        text = "there is no such key"
    else:
        text = f"{_shown(problem['input'])}: {problem['msg'][0].lower()}{problem['msg'][1:]}"
    return text + (f" (and {others} more mistakes)" if others > 1 else " (and one more mistake)" if others else "")


def _shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _line_of(node: yaml.Node, path: tuple[str | int, ...]) -> int:
    """Line of the deepest node on a path."""
    line = int(node.start_mark.line)
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if str(key.value) == str(part)), None)
            if found is None:
                break
            line, node = int(found[0].start_mark.line), found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = int(node.start_mark.line)
        else:
            break
    return line + 1


def _key_text(path: tuple[str | int, ...]) -> str:
    """A path as people write it.

    Example:
        >>> _key_text(("faults", 0, "signal"))
        'faults[0].signal'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _with_absolute_files(text: str, where: str, base: Path) -> str:
    node = _compose(text, where)
    for scalar in reversed(_file_nodes(node)):
        absolute = json.dumps(str((base / scalar.value).resolve()), ensure_ascii=False)  # JSON is YAML, too
        text = text[: scalar.start_mark.index] + absolute + text[scalar.end_mark.index :]
    return text


def _file_nodes(node: yaml.Node | None) -> list[yaml.ScalarNode]:
    replays = _member(node, "replays")
    entries = replays.value if isinstance(replays, yaml.SequenceNode) else []
    found = [_member(entry, "file") for entry in entries]
    return [scalar for scalar in found if isinstance(scalar, yaml.ScalarNode)]


def _member(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)
