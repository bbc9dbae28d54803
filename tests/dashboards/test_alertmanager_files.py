from __future__ import annotations

import json

import pytest

from dashboards import AlertmanagerRequest, render_alertmanager
from dashboards.alertmanager.files import configuration
from dashboards.errors import DashboardsError


def _alert(device_id: str = "M003", status: str = "firing", **labels: str) -> dict[str, object]:
    return {
        "status": status,
        "labels": {
            "alertname": "MachineSensorDrift",
            "device_id": device_id,
            "line": "line1",
            "plant": "plant1",
            "model": "air_compressor",
            "signal": "temp",
            "severity": "warning",
            **labels,
        },
        "annotations": {
            "summary": "A sensor drifts away from its machine.",
            "description": "Signal temp of M003 is <b>+2.3 K</b> away.",
            "value": "+2.3 K",
            "runbook_url": "https://example.com/runbooks/MachineSensorDrift.md",
        },
        "startsAt": "2026-01-02T03:04:05Z",
        "endsAt": "2026-01-02T04:04:05Z" if status == "resolved" else "0001-01-01T00:00:00Z",
    }


@pytest.fixture
def render(write_files, amtool):
    """Renders a template of the mails as Alertmanager would."""

    def rendered(template: str, *alerts: dict[str, object]) -> str:
        data = {
            "receiver": "mail",
            "status": "firing",
            "alerts": list(alerts),
            "commonLabels": {"alertname": "MachineSensorDrift", "plant": "plant1", "line": "line1"},
            "commonAnnotations": {"summary": "A sensor drifts away from its machine."},
        }
        directory = write_files(render_alertmanager(AlertmanagerRequest()) | {"data.json": json.dumps(data)})
        templates = f"--template.glob={directory}/templates/*.tmpl"
        text = f'--template.text={{{{ template "{template}" . }}}}'
        kind = ["--template.type=html"] if template == "factory.html" else []
        result = amtool("template", "render", templates, text, *kind, f"--template.data={directory}/data.json")
        assert result.returncode == 0, result.stderr
        return result.stdout

    return rendered


@pytest.mark.parametrize("login", [{}, {"username": "factory", "password_file": "/run/secrets/smtp"}])
def test_alertmanager_accepts_its_configuration(login, write_files, amtool):
    """Alertmanager accepts what is rendered, with and without a login."""
    directory = write_files(render_alertmanager(AlertmanagerRequest(**login)))
    result = amtool("check-config", directory / "alertmanager.yml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_subject_names_alarm_machines_and_place(render):
    """The subject says which alarm, which machines and signals, and where."""
    assert render("factory.subject", _alert(), _alert("M007")).strip() == (
        "MachineSensorDrift: M003 temp, M007 temp (plant1, line1)"
    )


def test_subject_of_many_machines_stays_short(render):
    """Of more than five machines the subject names five, and how many there are."""
    subject = render("factory.subject", *(_alert(f"M{number:03d}") for number in range(1, 9)))
    assert "M005 temp and others, 8 in all" in subject
    assert "M006" not in subject


def test_subject_says_when_it_is_over(render):
    """When all has resolved the subject begins with it."""
    assert render("factory.subject", _alert(status="resolved")).startswith("Over: MachineSensorDrift: M003")


def test_text_says_machine_signal_value_since_and_runbook(render):
    """The plain text has what a person needs, a line each."""
    lines = render("factory.text", _alert()).splitlines()
    assert {"Machine:  M003", "Signal:   temp", "Value:    +2.3 K", "Line:     line1"} <= set(lines)
    assert "Since:    2026-01-02 03:04:05 UTC" in lines
    assert "What to do: https://example.com/runbooks/MachineSensorDrift.md" in lines


def test_html_links_the_runbook_and_names_the_machine(render):
    """The HTML has the same, with the runbook as a link."""
    html = render("factory.html", _alert())
    assert '<a href="https://example.com/runbooks/MachineSensorDrift.md">Runbook</a>' in html
    assert "<strong>M003 temp</strong>" in html
    assert "2026-01-02 03:04:05 UTC" in html


def test_mail_keeps_firing_and_resolved_apart(render):
    """What is over stands below what fires."""
    text = render("factory.text", _alert(), _alert("M007", status="resolved"))
    assert text.index("M003") < text.index("-- Over --") < text.index("Machine:  M007")
    assert "Until:    2026-01-02 04:04:05 UTC" in text


def test_a_mail_is_sent_as_text_and_html():
    """Alertmanager's default is HTML only; ours has both."""
    (mail,) = configuration(AlertmanagerRequest())["receivers"][0]["email_configs"]
    assert "factory.text" in mail["text"]
    assert "factory.html" in mail["html"]


def test_silence_of_a_machine_hides_no_alarm():
    """The only inhibition is of a warning by the critical alarm of the same name on the same machine."""
    (rule,) = configuration(AlertmanagerRequest())["inhibit_rules"]
    assert "alertname" in rule["equal"]
    assert "device_id" in rule["equal"]


@pytest.mark.parametrize("login", [{"username": "factory"}, {"password_file": "/run/secrets/smtp"}])
def test_half_a_login_is_refused(login):
    """A user without a password, or the other way round, is a mistake that is told at once."""
    with pytest.raises(DashboardsError, match="Give both or neither"):
        AlertmanagerRequest(**login)
