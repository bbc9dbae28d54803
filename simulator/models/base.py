"""What a machine model says beyond its nameplate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.nameplates import Nameplate, nameplate
from simulator.models.components import ComponentWear


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineModel:
    """Parameters of a kind of machine. Fractions are of the nameplate's rated value.

    Attributes:
        model: name, as on the nameplate.
        drive: `induction`: on the mains, speed by slip; `servo`: speed by command.
        synchronous_rpm: speed of the shaft without slip [1/min]; of no meaning for a servo.
        lowest_speed: speed of a servo at no throughput while running [1]; of no meaning on the mains.
        idle_speed: speed while idle by speed at no throughput [1]: 0 stands still, 1 turns unloaded.
        setup_speed: the same while being set up [1].
        run_up_s: time to 63 % of a change of speed [s].
        no_load_torque: torque at no throughput [1].
        fixed_loss_share: share of the rated losses that is there at no torque [1].
        standby_share: power taken while off, stopped or in repair, by rated input: controls [1].
        vibration_load_share: share of the vibration's energy that comes from the process [1].
        mean_run_s: mean time between two short pauses [s].
        mean_pause_s: mean length of a short pause [s].
        setup_s: mean time to set up for a new product [s]; 0: none needed.
        components: what wears.
    """

    model: str
    drive: Literal["induction", "servo"]
    synchronous_rpm: float = 0.0
    lowest_speed: float = 1.0
    idle_speed: float
    setup_speed: float
    run_up_s: float
    no_load_torque: float
    fixed_loss_share: float
    standby_share: float
    vibration_load_share: float
    mean_run_s: float
    mean_pause_s: float
    setup_s: float
    components: tuple[ComponentWear, ...]

    @property
    def nameplate(self) -> Nameplate:
        """What the maker promises."""
        return nameplate(self.model)

    def component(self, name: str) -> ComponentWear:
        """The component of a name.

        Raises:
            KeyError: the model has no such component.
        """
        found = next((one for one in self.components if one.name == name), None)
        if found is None:
            raise KeyError(f"{self.model} has no {name}")
        return found
