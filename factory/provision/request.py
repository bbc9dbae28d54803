"""What is asked for: how many machines, which others, how the plant shall be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contracts.errors import FactoryError
from contracts.identity import FIRST_VEHICLE_SHARD, SHARD_SIZE, Identity, PlantConfiguration, shard_name
from contracts.nameplates import NAMEPLATES
from contracts.resources import PLANT_PATTERN, REGION
from contracts.telemetry import DEVICE_ID_PATTERN, UtcDatetime
from contracts.vehicles import FLEET_LINE, VEHICLES
from factory.provision.errors import ProvisionUsageError
from maintenance.fleet.settings import DEFAULT_THRESHOLD_C, DEFAULT_WINDOW_S, zone_of
from maintenance.sentences import DEFAULT_ZONE
from rules.rights import Right

Issuer = Literal["aws", "plant"]
MACHINES_OF_A_LINE = 10
MOST_MACHINES = 100_000
MOST_SHARDS = 10_000
REPLAY_MODEL = "replay"
_LEVEL = re.compile(DEVICE_ID_PATTERN)
_NUMBERED = re.compile(r"(M|VHC)(\d{3,6})")


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where alert mail is handed in, and as whom."""

    host: str = "localhost"
    port: int = 1025
    username: str = ""
    password: str = ""
    sender: str = "factory@localhost"
    recipient: str = "operator@localhost"


class FleetRequest(BaseModel):
    """The fleet's pipeline: how sentences are read, and who is told what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str = Field(default=DEFAULT_ZONE, description="Time zone of the clocks in the fleet's sentences.")
    threshold_c: float = Field(default=DEFAULT_THRESHOLD_C, gt=0, le=300, description="Hot above this [°C].")
    window_s: float = Field(default=DEFAULT_WINDOW_S, gt=0, description="A vehicle is told of once in this time [s].")
    administrators: str = Field(default="", description="Mail addresses of those who are told, with commas between.")
    model_url: str | None = Field(default=None, description="Address of a local model server; none for SageMaker.")

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            zone_of(zone)
        except FactoryError as error:
            raise ValueError(str(error)) from None
        return zone


class ProvisionRequest(BaseModel):
    """What the plant shall have. What is None stays as it is, or takes its default the first time."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    plant: str = Field(default="plant1", pattern=PLANT_PATTERN, description="Name of the plant.")
    machines: int = Field(default=20, ge=0, le=MOST_MACHINES, description="Machines M001, M002, …")
    vehicles: int = Field(default=0, ge=0, le=MOST_MACHINES, description="Vehicles VHC001, VHC002, …")
    devices: tuple[Identity, ...] = Field(default=(), description="Others beside the numbered ones.")
    seed: int | None = Field(default=None, ge=0, description="Seed of everything random.")
    interval_s: float | None = Field(default=None, gt=0, le=3600, description="Time between readings [s].")
    shard_size: int | None = Field(
        default=None, ge=1, le=10_000, description="Machines of a shard; cannot be changed later."
    )
    scenario: str | None = Field(default=None, description="The scenario's YAML text.")
    started_at: UtcDatetime | None = Field(default=None, description="The plant's epoch; its scenario counts from it.")
    speed: float | None = Field(default=None, ge=1, le=10_000, description="Plant time by real time [1].")
    critical_temperature_c: float | None = Field(default=None, description="Above this a rule alerts at once [°C].")
    issuer: Issuer | None = Field(default=None, description="Who signs; by default `plant` locally, `aws` on AWS.")
    endpoint_url: str | None = Field(
        default=None, pattern=r"^https?://[^/\s]+/?$", description="Address of a local AWS; none for a real account."
    )
    region: str = Field(default=REGION, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="AWS region.")
    more_rights: tuple[Right, ...] = Field(
        default=(), description="Rights of the local rules engine, for rules beside the factory's own."
    )
    smtp: SmtpAccount | None = Field(default=None, description="The account for alert mail.")
    fleet: FleetRequest | None = Field(default=None, description="The fleet's pipeline, if it is wanted.")

    @property
    def local(self) -> bool:
        """Whether this is for an AWS on this machine."""
        return self.endpoint_url is not None

    @property
    def signer(self) -> Issuer:
        """Who signs the certificates."""
        return self.issuer or ("plant" if self.local else "aws")

    def configuration(self, before: PlantConfiguration | None) -> PlantConfiguration:
        """The plant's configuration: what is asked for over what was over the defaults.

        Raises:
            ProvisionUsageError: another size of shards than the plant has.
        """
        if before is not None and self.shard_size not in (None, before.shard_size):
            raise ProvisionUsageError(
                f"--shard-size {self.shard_size}: {self.plant} has shards of {before.shard_size} machines, and a "
                "machine in another shard might use a number twice.",
                remedy="Leave --shard-size out, or make a new plant (--plant, another --data-dir).",
            )
        asked = {
            "seed": self.seed,
            "interval_s": self.interval_s,
            "scenario": self.scenario,
            "started_at": self.started_at,
            "speed": self.speed,
            "critical_temperature_c": self.critical_temperature_c,
        }
        base = before or PlantConfiguration(plant=self.plant, shard_size=self.shard_size or SHARD_SIZE)
        given = {name: value for name, value in asked.items() if value is not None}
        return PlantConfiguration.model_validate(base.model_dump() | given | {"plant": self.plant})

    def shards(self) -> dict[str, tuple[Identity, ...]]:
        """Who belongs to which shard, in order.

        A machine's shard follows from its number and the size of shards, which a plant keeps for life: the sequence
        numbers of a shard's run are never used twice, which would not hold for a machine that moved to a shard with a
        smaller run. Vehicles have shards of their own, likewise. The other devices are in the first shard of their
        kind.

        Raises:
            ProvisionUsageError: a device is named twice, or stands on a line of the other kind; more shards than
                there are numbers for.
        """
        shards: dict[str, list[Identity]] = {}
        size = self.shard_size or SHARD_SIZE
        self._check_number_of_shards(size)
        for number in range(1, self.machines + 1):
            shards.setdefault(shard_name((number - 1) // size), []).append(machine(number, self.plant))
        for number in range(1, self.vehicles + 1):
            shard = shard_name(FIRST_VEHICLE_SHARD + (number - 1) // size)
            shards.setdefault(shard, []).append(vehicle(number, self.plant))
        for device in self.devices:
            _check_line(device)
            first = FIRST_VEHICLE_SHARD if device.model in VEHICLES else 0
            shards.setdefault(shard_name(first), []).append(device)
        self._check_names([one.device_id for members in shards.values() for one in members])
        return {name: tuple(members) for name, members in shards.items()}

    def _check_number_of_shards(self, size: int) -> None:
        """Shards have numbers of four digits; the first 9,000 are those of machines, the others vehicles'."""
        if max(self.machines / FIRST_VEHICLE_SHARD, self.vehicles / (MOST_SHARDS - FIRST_VEHICLE_SHARD)) > size:
            raise ProvisionUsageError(
                f"{self.machines} machines and {self.vehicles} vehicles in shards of {size} are too many shards.",
                remedy="Choose a larger --shard-size.",
            )

    @staticmethod
    def _check_names(names: list[str]) -> None:
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ProvisionUsageError(
                f"The device {twice[0]} is named twice.",
                remedy="M001, M002, … and VHC001, VHC002, … are names of numbered ones.",
            )


def machine(number: int, plant: str) -> Identity:
    """The machine of that number: ten a line, the models in turn.

    Example:
        >>> machine(12, "plant1")
        Identity(device_id='M012', plant='plant1', line='line2', model='conveyor')
    """
    models = tuple(NAMEPLATES)
    return Identity(
        device_id=f"M{number:03d}",
        plant=plant,
        line=f"line{(number - 1) // MACHINES_OF_A_LINE + 1}",
        model=models[(number - 1) % len(models)],
    )


def vehicle(number: int, plant: str) -> Identity:
    """The vehicle of that number: all on the fleet's line, the models in turn.

    Example:
        >>> vehicle(2, "plant1")
        Identity(device_id='VHC002', plant='plant1', line='fleet', model='truck')
    """
    models = tuple(VEHICLES)
    return Identity(
        device_id=f"VHC{number:03d}", plant=plant, line=FLEET_LINE, model=models[(number - 1) % len(models)]
    )


def _check_line(device: Identity) -> None:
    """By the line the rules tell vehicles from machines; a device on the wrong one would be quarantined."""
    if (device.line == FLEET_LINE) == (device.model in VEHICLES):
        return
    if device.model in VEHICLES:
        raise ProvisionUsageError(
            f"The vehicle {device.device_id} cannot be on line {device.line}.",
            remedy=f"Write {device.device_id}:{FLEET_LINE}:{device.model}.",
        )
    raise ProvisionUsageError(
        f"The device {device.device_id} of model {device.model} cannot be on line {FLEET_LINE}.",
        remedy="That line is the vehicles'; name another.",
    )


def parse_device(text: str, plant: str) -> Identity:
    """A device as an option names it, `NAME:LINE:MODEL`.

    Raises:
        ProvisionUsageError: not of that form, or a model that is not known.

    Example:
        >>> parse_device("R001:line1:replay", "plant1").model
        'replay'
    """
    name, _, rest = text.partition(":")
    line, _, model = rest.partition(":")
    if not (_LEVEL.fullmatch(name) and _LEVEL.fullmatch(line) and model):
        raise ProvisionUsageError(
            f"--device {text!r} is not a device.", remedy="Write NAME:LINE:MODEL, as R001:line1:replay."
        )
    known = (*NAMEPLATES, *VEHICLES, REPLAY_MODEL)
    if model not in known:
        raise ProvisionUsageError(
            f"--device {text!r}: {model!r} is not a machine model.", remedy=f"Use one of {', '.join(known)}."
        )
    if found := _NUMBERED.fullmatch(name):
        # A numbered machine's shard follows from its number; one named by hand would be in the first.
        option, what = ("--machines", "machine") if found[1] == "M" else ("--vehicles", "vehicle")
        raise ProvisionUsageError(
            f"--device {text!r}: {name} is a numbered {what}'s name.", remedy=f"Use {option}, or another name."
        )
    return Identity(device_id=name, plant=plant, line=line, model=model)
