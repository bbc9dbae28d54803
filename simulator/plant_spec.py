"""What a scenario says of the plant itself: its shifts, its climate, and how it is looked after."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

Shifts = Literal["continuous", "three_shift", "two_shift", "day_shift"]
ClimateName = Literal["temperate", "hot", "cold"]
Maintenance = Literal["preventive", "run_to_failure"]
Age = Literal["mixed", "new"]
ComponentName = Literal["bearing", "tool", "seal", "filter", "belt"]


class PlantSpec(BaseModel):
    """How a plant is run.

    Example:
        >>> PlantSpec(shifts="two_shift", timezone="Europe/Berlin").maintenance
        'preventive'
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    shifts: Shifts = Field(
        default="continuous",
        description="When machines are on: always; three shifts from Monday 06:00 to Saturday 06:00; two from 06:00 to "
        "22:00 on weekdays; or one from 07:00 to 15:30 on weekdays.",
    )
    timezone: str = Field(default="UTC", description="Time zone of the shifts and of the sun, as Europe/Berlin.")
    climate: ClimateName = Field(default="temperate", description="The weather outside of the hall.")
    maintenance: Maintenance = Field(
        default="preventive",
        description="`preventive`: worn components are renewed before they fail; `run_to_failure`: those of "
        "`run_to_failure_components` are used until they fail.",
    )
    run_to_failure_components: tuple[ComponentName, ...] = Field(
        default=("bearing",), min_length=1, description="Components that nobody renews before they fail."
    )
    wear_speed: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="How much faster those components wear, as in an accelerated life test [1].",
    )
    age: Age = Field(default="mixed", description="Whether components are of all ages at the start, or new.")

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is no time zone; write one as Europe/Berlin, or UTC")
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    def runs_to_failure(self, component: str) -> bool:
        """Whether nobody renews a component before it fails."""
        return self.maintenance == "run_to_failure" and component in self.run_to_failure_components
