"""The engine's metrics are the declared ones."""

from __future__ import annotations

from contracts.metrics import METRICS
from rules.measures import Measures


def test_each_has_the_declared_kind_and_labels():
    """Built from the declarations, none left out."""
    families = {family.name: family for family in Measures().registry.collect()}

    declared = {metric.declared_name: metric for name, metric in METRICS.items() if name.startswith("rules_")}
    assert families.keys() == declared.keys()
    assert all(families[name].type == metric.kind for name, metric in declared.items())
