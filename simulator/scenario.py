"""Scenarios: which fault hits which machine when, in YAML that people write."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from contracts.telemetry import DEVICE_ID_PATTERN
from simulator.errors import ScenarioError
from simulator.faults.request import DAY_S, FaultRequest
from simulator.marked_yaml import MarkedYaml
from simulator.plant_spec import PlantSpec
from simulator.replay_spec import ReplaySpec

CALM_LASTS_S = 8 * 3600.0
"""Length of a scenario in which nothing is planned: a shift [s]."""
OPEN_END_S = 1800.0
"""How long a fault without an end is watched, after it has come up [s]."""
REPEATS_WATCHED = 3
"""Times that a fault which comes by chance should be seen, on average."""
AFTERMATH = 0.15
"""What is watched of the time after all is over, by the time before [1]."""
_BUILT_IN = files("simulator") / "scenarios"


class Scenario(BaseModel):
    """What is going to happen to a plant.

    Example:
        >>> parse_scenario("name: calm").faults
        ()
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=DEVICE_ID_PATTERN, description="Name; stands in the truth.")
    description: str = Field(default="", description="What it is for.")
    plant: PlantSpec = Field(default_factory=PlantSpec, description="How the plant is run.")
    faults: tuple[FaultRequest, ...] = Field(default=(), description="Faults; times count from the plant's start.")
    length_s: float | None = Field(
        default=None,
        gt=0,
        description="How long it takes to see all of it; by default until its faults are over [s]. It goes on after.",
    )
    replays: tuple[ReplaySpec, ...] = Field(default=(), description="Machines whose readings come from a file.")

    @property
    def lasts_s(self) -> float:
        """How long it is to be watched: as it says itself, or until its faults are over and a little more [s].

        Example:
            >>> stuck = "{kind: stuck, target: M001, signal: temp, start_s: 1000, duration_s: 2000}"
            >>> parse_scenario("{name: mine, faults: [" + stuck + "]}").lasts_s
            3450.0
        """
        if self.length_s is not None:
            return self.length_s
        ends_s = max((_end_s(fault) for fault in self.faults), default=CALM_LASTS_S / (1 + AFTERMATH))
        return round(ends_s * (1 + AFTERMATH), 0)


def scenario_names() -> list[str]:
    """Names of the scenarios that come with the simulator.

    Example:
        >>> "drift" in scenario_names()
        True
    """
    return sorted(entry.name.removesuffix(".yaml") for entry in _BUILT_IN.iterdir() if entry.name.endswith(".yaml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A scenario by its name, or from a file.

    Args:
        name_or_path: a name as `scenario_names` gives them; or a path: it has a slash or ends in .yaml or .yml.

    Raises:
        ScenarioError: no such scenario, or one that cannot be played: file, line and key.

    Example:
        >>> [fault.target for fault in load_scenario("drift").faults]
        ['M003']
    """
    return _Source(name_or_path).scenario()


def scenario_text(name_or_path: str | Path) -> str:
    """The text of a scenario, good to be carried elsewhere: the names of its files are absolute.

    Raises:
        ScenarioError: as `load_scenario` does; a text that comes back can be played.
    """
    source = _Source(name_or_path)
    source.scenario()
    return source.carried()


def parse_scenario(text: str, where: str = "scenario") -> Scenario:
    """A scenario from its text.

    Args:
        text: YAML.
        where: what errors call it: a file, or what it was read from.

    Raises:
        ScenarioError: it cannot be played: line and key.
    """
    return _played(MarkedYaml(text, where))


def _end_s(fault: FaultRequest) -> float:
    """When a fault is over, or has been seen for long enough [s]."""
    if fault.repeats is not None:
        return fault.start_s + REPEATS_WATCHED * DAY_S / fault.repeats.rate_per_day
    lasting_s = fault.duration_s if fault.duration_s is not None else fault.ramp + OPEN_END_S
    return fault.start_s + lasting_s + fault.checked_parameters().outlasts_s


def _played(document: MarkedYaml) -> Scenario:
    scenario = document.validate(Scenario)
    seen: set[str] = set()
    for number, replay in enumerate(scenario.replays):
        if replay.device_id in seen:
            raise document.error(("replays", number, "device_id"), f"{replay.device_id} is replayed twice")
        seen.add(replay.device_id)
    return scenario


class _Source:
    """A scenario's text and where it came from."""

    def __init__(self, name_or_path: str | Path) -> None:
        text = str(name_or_path)
        if isinstance(name_or_path, Path) or "/" in text or text.endswith((".yaml", ".yml")):
            path = Path(name_or_path)
            self._base = path.resolve().parent
            self._document = MarkedYaml(_read(path), str(path))
        else:
            self._base = Path.cwd()
            self._document = MarkedYaml(_built_in(text), f"{text}.yaml")

    def scenario(self) -> Scenario:
        """The scenario; the files of its replays are absolute, and there."""
        scenario = _played(self._document)
        replays = []
        for number, replay in enumerate(scenario.replays):
            file = (self._base / replay.file).resolve()
            if not file.is_file():
                raise self._document.error(("replays", number, "file"), f"there is no file {file}")
            replays.append(replay.model_copy(update={"file": file}))
        return scenario.model_copy(update={"replays": tuple(replays)})

    def carried(self) -> str:
        """The text with the names of its files made absolute, and nothing else changed."""
        text = self._document.text
        for scalar in reversed(_file_nodes(self._document)):
            absolute = json.dumps(str((self._base / scalar.value).resolve()), ensure_ascii=False)  # JSON is YAML, too
            text = text[: scalar.start_mark.index] + absolute + text[scalar.end_mark.index :]
        return text


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ScenarioError(f"cannot be read: {reason}", where=str(path)) from None


def _built_in(name: str) -> str:
    if name not in scenario_names():
        raise ScenarioError(
            "there is no scenario of that name",
            where=repr(name),
            remedy=f"Use one of {', '.join(scenario_names())}, or the path of a file, ending in .yaml.",
        )
    return (_BUILT_IN / f"{name}.yaml").read_text("utf-8")


def _file_nodes(document: MarkedYaml) -> list[yaml.ScalarNode]:
    replays = document.node_at(("replays",))
    entries = range(len(replays.value)) if isinstance(replays, yaml.SequenceNode) else ()
    found = [document.node_at(("replays", number, "file")) for number in entries]
    return [scalar for scalar in found if isinstance(scalar, yaml.ScalarNode)]
