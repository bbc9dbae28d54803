"""Configurations that are filled in before a program starts."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import SettingsError
from init_container.errors import VerificationError
from init_container.files import filled

MAIL = "to: ${secret.recipient}\nsmarthost: ${secret.host}:${secret.port}\n"


def test_names_are_filled_in() -> None:
    """All of a text, and more than one in a line."""
    values = {"secret.recipient": "ops@example.com", "secret.host": "email-smtp.eu-central-1.amazonaws.com"}
    text = filled({"alertmanager.yml": MAIL}, {**values, "secret.port": "587"})["alertmanager.yml"]
    assert yaml.safe_load(text) == {
        "to": "ops@example.com",
        "smarthost": "email-smtp.eu-central-1.amazonaws.com:587",
    }


def test_a_name_without_a_value_is_told_with_its_file() -> None:
    """A program that read `${region}` as it stands would fail later, and less clearly."""
    with pytest.raises(SettingsError, match=r"prometheus\.yml asks for \$\{region\}.*Known are host") as caught:
        filled({"prometheus.yml": "region: ${region}"}, {"host": "ip-10-42-0-7"})
    assert caught.value.exit_status == 2


@given(st.text(max_size=30))
def test_a_value_never_changes_what_a_file_says_otherwise(value: str) -> None:
    """Whatever a secret holds: it is the text that was asked for, or it is refused."""
    try:
        text = filled({"a.yml": "- before\n- to: x ${secret.recipient}\n- after\n"}, {"secret.recipient": value})[
            "a.yml"
        ]
    except VerificationError:
        return
    before, mail, after = yaml.safe_load(text)
    assert (before, after) == ("before", "after")
    assert mail == {"to": f"x {value}".rstrip(" ")}


def test_a_password_has_a_file_of_its_own_as_it_is() -> None:
    """What is no YAML may hold anything."""
    password = "a#b: 'c'\"${d}"
    assert filled({"smtp_password": "${secret.password}"}, {"secret.password": password}) == {
        "smtp_password": password.encode()
    }


def test_dollars_of_the_program_stay() -> None:
    """`$labels` and `$1` are Prometheus's and Alertmanager's own."""
    assert filled({"a.yml": "x: '{{ $labels.line }} $1'"}, {}) == {"a.yml": b"x: '{{ $labels.line }} $1'"}
