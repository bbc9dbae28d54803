from __future__ import annotations

from dashboards import queries
from dashboards.grafana.files import DASHBOARDS


def test_every_dashboard_asks_something():
    """All four dashboards are among the questions."""
    assert (
        {query.dashboard for query in queries()} == set(DASHBOARDS) == {"plant", "machine", "maintenance", "pipeline"}
    )


def test_no_variable_is_left():
    """Every variable is filled in."""
    assert [query for query in queries() if "$" in query.expr] == []


def test_variables_are_filled_with_what_was_asked_for():
    """The chosen machine stands in the questions of its dashboard."""
    asked = [query.expr for query in queries(plant="north", device_id="M042") if query.dashboard == "machine"]
    assert all('plant="north",device_id="M042"' in expr for expr in asked)
