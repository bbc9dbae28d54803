"""Who is in a shard: what the init container laid down, read and checked before anything is played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from contracts.identity import (
    CA_FILE,
    CONFIGURATION_FILE,
    MANIFEST_FILE,
    Identity,
    Manifest,
    PlantConfiguration,
    certificate_file,
    key_file,
)
from contracts.vehicles import VEHICLES
from simulator.errors import IdentitiesError
from simulator.replay import REPLAY_MODEL, Replay
from simulator.scenario import Scenario, parse_scenario

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Roster:
    """A shard, ready to be played.

    Attributes:
        shard: its name.
        directory: where its certificates and keys lie.
        identities: who is in it, replay machines included.
        configuration: what the plant is.
        scenario: what is going to happen to it.
        replays: the machines of this shard whose readings come from a file.
    """

    shard: str
    directory: Path
    identities: tuple[Identity, ...]
    configuration: PlantConfiguration
    scenario: Scenario
    replays: tuple[Replay, ...] = ()


def shard_directories(root: Path) -> Iterator[Path]:
    """Directories of the shards that lie there, in order; those still being written are not complete.

    Raises:
        IdentitiesError: it may not be looked into.
    """
    try:
        if root.is_dir():
            next(root.iterdir(), None)  # glob passes in silence over what it may not read
        for manifest in sorted(root.glob(f"shard-*/{MANIFEST_FILE}")):
            if (manifest.parent / CONFIGURATION_FILE).exists():
                yield manifest.parent
    except OSError as error:
        raise IdentitiesError(
            f"{error.filename} cannot be read: {error.strerror}.",
            remedy="SIMULATOR_IDENTITIES_DIR must be readable by this user.",
        ) from None


def read_roster(directory: Path) -> Roster:
    """Read a shard's directory.

    Raises:
        IdentitiesError: a file is missing or cannot be read.
        ScenarioError: the scenario in its configuration cannot be played.
        ReplayError: a file of readings cannot be replayed.
    """
    manifest = _read(Manifest, directory / MANIFEST_FILE)
    configuration = _read(PlantConfiguration, directory / CONFIGURATION_FILE)
    files = [CA_FILE]
    for identity in manifest.identities:
        files += [certificate_file(identity.device_id), key_file(identity.device_id)]
    missing = [name for name in files if not (directory / name).is_file()]
    if missing:
        raise IdentitiesError(
            f"{directory} lacks {missing[0]}" + (f" and {len(missing) - 1} more files." if missing[1:] else "."),
            remedy="Run the init container again.",
        )
    _refuse_a_mixed(manifest)
    where = f"scenario in {directory / CONFIGURATION_FILE}"
    scenario = parse_scenario(configuration.scenario, where)
    names = {identity.device_id for identity in manifest.identities if identity.model == REPLAY_MODEL}
    replays = tuple(Replay(spec, manifest.plant) for spec in scenario.replays if spec.device_id in names)
    return Roster(manifest.shard, directory, manifest.identities, configuration, scenario, replays)


def _refuse_a_mixed(manifest: Manifest) -> None:
    kinds: dict[bool, str] = {}
    for identity in manifest.identities:
        kinds.setdefault(identity.model in VEHICLES, identity.device_id)
    if len(kinds) > 1:
        raise IdentitiesError(
            f"{manifest.shard} holds the vehicle {kinds[True]} and the machine {kinds[False]}.",
            remedy="Provision again: vehicles have shards of their own.",
        )


def _read(model: type[Model], path: Path) -> Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise IdentitiesError(f"{path} cannot be read: {error.strerror}.", remedy="Run the init container.") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise IdentitiesError(
            f"{path} is not what it should be: {key}: {first['msg']}.", remedy="Provision again."
        ) from None
