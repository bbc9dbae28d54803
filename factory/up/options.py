"""What the caller of `factory up` asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from factory.up.own_rules import OwnRules
from maintenance.sentences import DEFAULT_ZONE


@dataclass(frozen=True, slots=True)
class UpOptions:
    """The options of `factory up`; what is None stays as it was in the data directory.

    Args:
        data_dir: where everything is kept.
        machines: how many machines.
        vehicles: how many vehicles.
        scenario: YAML text of a scenario.
        seed: of everything random.
        shard_size: machines of a shard, which containers share out among them.
        fleet: whether the fleet's pipeline runs, with the model's server.
        fleet_zone: time zone of the clocks in the fleet's sentences.
        verdicts: whether the machines are judged by the plant's models.
        models: directory of models to use in the place of those made on the way.
        interval_s: time between readings of a machine [s].
        speed: plant time by real time [1].
        for_s: how long to run [s]; none: until stopped.
        plant: name of the plant.
        host: address on which all listen.
        ports: port by the key of its listener.
        critical_temperature_c: above this a rule on the stream alerts at once [°C].
        devices: devices beside the numbered machines, `NAME:LINE:MODEL`.
        account: account number of the local AWS.
        own_rules: rules of the caller, run beside the factory's own.
    """

    data_dir: Path
    machines: int
    scenario: str | None
    seed: int | None
    interval_s: float | None
    for_s: float | None
    plant: str
    host: str
    ports: Mapping[str, int]
    devices: tuple[str, ...] = ()
    vehicles: int = 0
    account: str = "000000000000"
    own_rules: OwnRules | None = None
    speed: float | None = None
    shard_size: int | None = None
    fleet: bool = True
    fleet_zone: str = DEFAULT_ZONE
    verdicts: bool = True
    models: Path | None = None

    @property
    def absent(self) -> frozenset[str]:
        """Keys of the listeners that the caller does not want."""
        return frozenset(key for key, wanted in (("model", self.fleet), ("verdicts", self.verdicts)) if not wanted)

    def address(self, key: str) -> str:
        """`host:port` of a listener, as clients on this machine dial it."""
        return f"{self.dial_host}:{self.ports[key]}"

    def url(self, key: str, path: str = "") -> str:
        """Web address of a listener."""
        return f"http://{self.address(key)}{path}"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host == "localhost" or self.host == "::1" or self.host.startswith("127.")

    @property
    def dial_host(self) -> str:
        """Where clients on this machine find it: a wildcard address is no destination."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
