from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboards import Thresholds
from dashboards.thresholds import ANOMALOUS_ABOVE
from maintenance.plant_models import PlantVerdict
from maintenance.plant_models.maintenance_needed import POSITIVE_FROM
from maintenance.plant_models.prepared import HORIZON_H
from maintenance.plant_models.remaining_life import RemainingLife


def test_maintenance_is_due_where_the_model_says_positive():
    """The alarm and the colours begin where the verdict changes; the rooms share no code, so this compares them."""
    assert Thresholds().maintenance_probability == POSITIVE_FROM


def test_the_horizon_is_the_models():
    """Texts and colours name the days that the model looks ahead."""
    assert Thresholds().maintenance_horizon_s == HORIZON_H * 3600


@pytest.mark.parametrize(("index", "anomalous"), [(ANOMALOUS_ABOVE, False), (ANOMALOUS_ABOVE + 0.01, True)])
def test_a_machine_is_anomalous_where_its_verdict_says_so(index, anomalous):
    """The dashboards' colour of an index changes where the published verdict does."""
    verdict = PlantVerdict(
        device_id="M001",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        complete=True,
        watched_h=24.0,
        probability=0.1,
        why=(),
        life=RemainingLife(24.0, None, None),
        anomaly=index,
        unusual=(),
        fault="none",
        fault_probability=0.9,
        versions={},
    )
    assert verdict.as_json()["anomaly"]["anomalous"] is anomalous
