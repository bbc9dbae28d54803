"""Cards of models."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from maintenance.models import Feature, Metric, ModelCard, TrainedOn

PLAIN = {
    "name": "toy",
    "question": "maintenance_needed",
    "purpose": "To be tested.",
    "trained_on": TrainedOn(description="Numbers.", digest="0" * 64, rows=1, devices=1),
    "code": "0.1.0",
    "libraries": {},
    "features": (Feature(name="a_c", unit="°C"),),
}


def test_a_score_without_interval_is_told_without_one() -> None:
    """Units stand beside it where there are any."""
    assert str(Metric(name="rmse", value=12.3456, unit="h")) == "rmse 12.346 h"


def test_a_feature_may_not_stand_twice() -> None:
    """Its column would be ambiguous."""
    with pytest.raises(ValidationError, match="twice"):
        ModelCard(**(PLAIN | {"features": (Feature(name="a_c", unit="°C"), Feature(name="a_c", unit="K"))}))


@pytest.mark.parametrize("name", ["", "Fleet", "a/b", "-a", "a" * 64])
def test_a_name_that_no_endpoint_could_have_is_refused(name: str) -> None:
    """SageMaker's and S3's rules at once."""
    with pytest.raises(ValidationError):
        ModelCard(**(PLAIN | {"name": name}))


def test_a_card_comes_back_from_its_json() -> None:
    """Every field of it."""
    card = ModelCard(**PLAIN)
    assert ModelCard.model_validate_json(card.model_dump_json()) == card
