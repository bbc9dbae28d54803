"""The rules, judged by Prometheus's own tools: every alarm fires when it should, and is silent when it should."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from dashboards import PrometheusRequest, Thresholds, render_prometheus
from dashboards.prometheus.alerts import JOBS, alerts

HERE = Path(__file__).parent
RULE_TESTS = sorted(HERE.glob("*_test.yml"))


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
def test_rules_behave(path, promtool):
    """Each scenario of a rule test gives exactly the alarms, labels and texts that it names."""
    result = promtool("test", "rules", path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_alarm_fires_and_is_silent_at_least_as_often():
    """For each alarm silence is asserted at least as often as firing, and both at least once."""
    firing, silent = Counter(), Counter()
    for path in RULE_TESTS:
        for scenario in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for check in scenario["alert_rule_test"]:
                (firing if check["exp_alerts"] else silent)[check["alertname"]] += 1
    names = {alert.name for alert in alerts(PrometheusRequest())}
    assert {name for name in names if firing[name] >= 1 and silent[name] >= firing[name]} == names


@pytest.mark.parametrize(("scrape", "reading"), [(1, 1), (0.5, 1), (15, 1), (10, 60)])
def test_configuration_and_rules_are_valid(scrape, reading, write_files, promtool):
    """Prometheus accepts what is rendered, whatever the intervals."""
    request = PrometheusRequest(scrape_interval_s=scrape, reading_interval_s=reading)
    result = promtool("check", "config", write_files(render_prometheus(request)) / "prometheus.yml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_program_whose_death_is_told_is_scraped():
    """The jobs of the configuration are those of ProgramDown, and Prometheus itself."""
    configuration = yaml.safe_load(render_prometheus(PrometheusRequest())["prometheus.yml"])
    assert {job["job_name"] for job in configuration["scrape_configs"]} == {*JOBS, "prometheus"}


@pytest.mark.parametrize("name", ["model", "verdicts"])
def test_a_program_that_still_trains_its_models_is_no_target(name):
    """Its job is there, and the file of its targets is an empty list: nothing that could be down."""
    files = render_prometheus(PrometheusRequest(model_servers=(), verdict_jobs=()))
    jobs = {job["job_name"]: job for job in yaml.safe_load(files["prometheus.yml"])["scrape_configs"]}
    assert jobs[name] == {"job_name": name, "file_sd_configs": [{"files": [f"targets/{name}.json"]}]}
    assert json.loads(files[f"targets/{name}.json"]) == []


def test_a_program_with_models_is_a_target_where_it_was_asked_for():
    """Each job has the addresses of its own programs."""
    files = render_prometheus(PrometheusRequest(model_servers=("a:1",), verdict_jobs=("b:2", "c:3")))
    assert json.loads(files["targets/model.json"]) == [{"targets": ["a:1"]}]
    assert json.loads(files["targets/verdicts.json"]) == [{"targets": ["b:2", "c:3"]}]


def test_prometheus_accepts_that_no_program_with_models_runs(write_files, promtool):
    """As with --no-fleet --no-verdicts, and at a first start."""
    directory = write_files(render_prometheus(PrometheusRequest(model_servers=(), verdict_jobs=())))
    result = promtool("check", "config", directory / "prometheus.yml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_machine_that_was_taken_away_is_forgotten(write_files, promtool):
    """A machine that fell silent is forgotten after the time that the thresholds give, and its alarm with it."""
    request = PrometheusRequest(thresholds=Thresholds(forget_after_s=600))
    scenario = {
        "interval": "1m",
        "input_series": [
            {"series": 'machine_last_reading_timestamp_seconds{device_id="M003"}', "values": "0+60x2 _x20"}
        ],
        "promql_expr_test": [
            {"expr": "count(ALERTS)", "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 1}]},
            {"expr": "count(ALERTS)", "eval_time": "13m", "exp_samples": []},
        ],
    }
    test = {
        "rule_files": ["rules/recording.yml", "rules/alerts.yml"],
        "evaluation_interval": "10s",
        "tests": [scenario],
    }
    directory = write_files({**render_prometheus(request), "forget.yml": yaml.safe_dump(test)})
    result = promtool("test", "rules", directory / "forget.yml")
    assert result.returncode == 0, result.stdout + result.stderr
