from __future__ import annotations

import configparser
import json

import pytest
import yaml

from dashboards import GrafanaRequest, render_grafana
from dashboards.grafana.files import DASHBOARDS, dashboard_documents

DOCUMENTS = dashboard_documents()
PANELS = [(name, panel) for name, document in DOCUMENTS.items() for panel in document["panels"]]


@pytest.mark.parametrize(
    ("name", "panel"), PANELS, ids=lambda value: value if isinstance(value, str) else value["title"]
)
def test_a_panel_is_whole(name, panel):
    """Each panel says what it shows, in which unit, and asks by distinct refIds through the chosen data source."""
    ids = [target["refId"] for target in panel["targets"]]
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert len(ids) == len(set(ids)) >= 1
    assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_do_not_overlap(name):
    """No two panels share a place on the grid, and none leaves it."""
    taken = set()
    for panel in DOCUMENTS[name]["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells


def test_titles_within_a_dashboard_are_distinct():
    """A panel can be named by its dashboard and its title."""
    named = [(name, panel["title"]) for name, panel in PANELS]
    assert len(named) == len(set(named))


def test_machine_dashboard_lets_one_choose_a_machine():
    """The machine is a variable, and its values include machines that are silent."""
    variables = {one["name"]: one for one in DOCUMENTS["machine"]["templating"]["list"]}
    assert set(variables) == {"datasource", "plant", "device_id"}
    assert "machine:last_reading:timestamp_seconds" in json.dumps(variables["device_id"]["query"])


def test_dashboards_ask_the_provisioned_data_source():
    """The data source that is chosen at first is the one that is provisioned."""
    files = render_grafana(GrafanaRequest(prometheus_url="http://127.0.0.1:19090"))
    (source,) = yaml.safe_load(files["provisioning/datasources/prometheus.yml"])["datasources"]
    chosen = DOCUMENTS["plant"]["templating"]["list"][0]["current"]["value"]
    assert source["uid"] == chosen
    assert source["url"] == "http://127.0.0.1:19090"


def test_password_is_read_from_its_file_and_written_nowhere():
    """The settings name the file of the password; mail goes to the people who were named."""
    request = GrafanaRequest(username="factory", password_file="/run/secrets/smtp", recipients=("a@b.c", "d@e.f"))
    files = render_grafana(request)
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(files["grafana.ini"])
    assert settings["smtp"]["password"] == "$__file{/run/secrets/smtp}"
    assert "a@b.c;d@e.f" in files["provisioning/alerting/mail.yml"]


def test_grafana_listens_on_loopback_by_default():
    """Nobody else's machine can look in, unless asked for."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(render_grafana(GrafanaRequest())["grafana.ini"])
    assert settings["server"]["http_addr"] == "127.0.0.1"
