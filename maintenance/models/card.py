"""A model's card: what it answers, from what, how well, and when not to trust it.

After Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, doi:10.1145/3287560.3287596.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.telemetry import UtcDatetime

NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"
"""A name that a folder, an S3 key and a SageMaker endpoint can all carry."""

Question = Literal["maintenance_needed", "anomalous", "which_fault", "remaining_life"]
Rows = Literal["features", "vehicle_readings"]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Feature(_Frozen):
    """One column of what the model is given."""

    name: str = Field(min_length=1, description="Name, with the unit at its end.")
    unit: str = Field(description="Unit; 1 where there is none.")
    meaning: str = Field(default="", description="What it is.")
    minimum: float | None = Field(default=None, description="A row with less is refused.")
    maximum: float | None = Field(default=None, description="A row with more is refused.")
    needed: bool = Field(default=True, description="Whether a row without it is refused; else it counts as unknown.")
    reference: float | None = Field(
        default=None, description="Value of a healthy one, in whose place explanations put it."
    )


class Metric(_Frozen):
    """A score, with an interval where the set is small.

    Example:
        >>> print(Metric(name="average_precision", value=0.812, low=0.78, high=0.84, measured_on="seed 9"))
        average_precision 0.812 [0.780, 0.840] on seed 9
    """

    name: str = Field(min_length=1, description="What is measured.")
    value: float = Field(description="The score.")
    low: float | None = Field(default=None, description="Lower end of the interval of 95 %.")
    high: float | None = Field(default=None, description="Upper end of it.")
    unit: str = Field(default="1", description="Its unit.")
    measured_on: str = Field(default="", description="Data that it was measured on.")

    def __str__(self) -> str:
        interval = "" if self.low is None or self.high is None else f" [{self.low:.3f}, {self.high:.3f}]"
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.name} {self.value:.3f}{unit}{interval}" + (f" on {self.measured_on}" if self.measured_on else "")


class TrainedOn(_Frozen):
    """The data that made the model."""

    description: str = Field(description="Where they come from, for people.")
    digest: str = Field(min_length=8, description="Digest of the data: of the backfill's manifest or the lake's files.")
    seeds: tuple[int, ...] = Field(default=(), description="Seeds of the plants or fleets in it.")
    scenario: str = Field(default="", description="Scenario that was played.")
    rows: int = Field(ge=1, description="Rows that were learnt from.")
    devices: int = Field(ge=1, description="Machines or vehicles in them.")


class ModelCard(_Frozen):
    """Everything that is known of a model. `version` and `model_sha256` are set when it is saved."""

    schema_version: Literal[1] = 1
    name: str = Field(pattern=NAME_PATTERN, description="Name of the model: fleet, plant-maintenance, …")
    version: str = Field(default="", pattern=r"^([0-9a-f]{64})?$", description="Digest of model and card.")
    question: Question = Field(description="What it answers.")
    purpose: str = Field(min_length=1, description="What it is for.")
    trained_on: TrainedOn = Field(description="The data that made it.")
    code: str = Field(min_length=1, description="Version and digest of the code that trained it.")
    libraries: dict[str, str] = Field(description="Versions of the libraries that trained it.")
    rows: Rows = Field(default="features", description="What a row of a request is: the features, or a reading.")
    features: tuple[Feature, ...] = Field(min_length=1, description="Columns that the estimators take, in order.")
    threshold: float = Field(default=0.5, ge=0, le=1, description="POSITIVE from this probability on [1].")
    settings: dict[str, float | int | str | bool] = Field(default_factory=dict, description="Settings of the training.")
    metrics: tuple[Metric, ...] = Field(default=(), description="Its scores.")
    baseline: str = Field(default="", description="The plain method beside it.")
    baseline_metrics: tuple[Metric, ...] = Field(default=(), description="Scores of that one, on the same data.")
    when_not_to_trust: tuple[str, ...] = Field(default=(), description="Where it is known to be of no use.")
    model_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of model.skops.")
    created_at: UtcDatetime | None = Field(default=None, description="When it was trained; not part of the version.")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = self.feature_names
        if len(set(names)) < len(names):
            raise ValueError(f"a feature stands twice in {', '.join(names)}")
        return self

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(feature.name for feature in self.features)

    @property
    def short_version(self) -> str:
        """Its first twelve digits, for people.

        Those of a digest are as good as a name: two of a million models share them with odds of 1 to 560.
        """
        return self.version[:12]

    def dated(self, moment: datetime) -> ModelCard:
        """The same, trained at that moment."""
        return self.model_copy(update={"created_at": moment})
