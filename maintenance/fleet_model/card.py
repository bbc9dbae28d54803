"""The card of the fleet's model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contracts.models import FLEET_MODEL
from maintenance.fleet_model.evaluation import Evaluation
from maintenance.fleet_model.features import FEATURES
from maintenance.fleet_model.readings import WARM_C, Readings
from maintenance.fleet_model.training import Settings
from maintenance.models import Feature, ModelCard, TrainedOn, code_version, library_versions

BASELINE = "engine_temp_c"
"""The plain method whose scores stand in the card: the hotter, the rather due."""
THRESHOLD = 0.5
"""POSITIVE from here on: more likely due than not, in a fleet of which half is looked after [1]."""
CODE = ("maintenance.fleet_model", "maintenance.models")
"""Packages that decide what a training gives."""
_PURPOSE = (
    "Says of one reading of a van or truck whether maintenance is due: POSITIVE or NEGATIVE, with a probability. "
    "It ranks vehicles for the workshop's look; it replaces neither service intervals nor the alert of a hot engine."
)
_LIMITS = (
    f"Below {WARM_C:g} °C of coolant: the engine is cold or off, and the reading tells next to nothing.",
    "Worn brakes and batteries leave no mark in one reading: of them it knows how frequent they are, no more.",
    "Its probability is that of a fleet of which half is looked after; where all are, fewer are due than it says.",
    "Other vehicles than vans and trucks with thermostats that open at 86 to 88 °C.",
    "A sensor of the temperature that drifts is taken for an engine that does.",
)


def fleet_card(
    readings: Readings,
    settings: Settings,
    evaluations: Sequence[Evaluation],
    *,
    description: str,
    seeds: Sequence[int],
    scenario: str,
) -> ModelCard:
    """Everything that is known of a training.

    Args:
        readings: what was learnt from.
        settings: how.
        evaluations: on vehicles never seen; may be empty.
        description: of the data, for people.
        seeds: of the fleets in it.
        scenario: what was played.
    """
    return ModelCard(
        name=FLEET_MODEL,
        question="maintenance_needed",
        purpose=_PURPOSE,
        trained_on=TrainedOn(
            description=description,
            digest=readings.digest,
            seeds=tuple(seeds),
            scenario=scenario,
            rows=len(readings),
            devices=readings.vehicles,
        ),
        code=code_version(*CODE),
        libraries=library_versions(),
        rows="vehicle_readings",
        features=_with_references(readings),
        threshold=THRESHOLD,
        settings=settings.as_dict(),
        metrics=tuple(metric for each in evaluations for metric in each.metrics),
        baseline=BASELINE if evaluations else "",
        baseline_metrics=tuple(each.baselines[BASELINE] for each in evaluations),
        when_not_to_trust=_LIMITS,
    )


def _with_references(readings: Readings) -> tuple[Feature, ...]:
    """The features with what is usual of a vehicle under way that needs nothing."""
    well = readings.take(readings.warm & ~readings.due)
    rows = (well if len(well) else readings).features
    return tuple(
        feature.model_copy(update={"reference": round(float(np.median(rows[:, number])), 1)})
        for number, feature in enumerate(FEATURES)
    )
