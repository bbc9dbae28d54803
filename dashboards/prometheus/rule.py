"""A recording rule and an alert, and their text as Prometheus reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any, Literal

MACHINE = "plant, line, device_id, model"
"""The labels that make a machine."""


def seconds(value: float) -> str:
    """A duration as Prometheus writes it.

    Example:
        >>> seconds(90), seconds(1.5)
        ('90s', '1500ms')
    """
    return f"{value:.0f}s" if value == int(value) else f"{value * 1000:.0f}ms"


def number(value: float) -> str:
    """A number in an expression, without a needless fraction.

    Example:
        >>> number(180.0), number(0.15)
        ('180', '0.15')
    """
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


@dataclass(frozen=True, slots=True)
class Recording:
    """A time series that Prometheus computes from others."""

    record: str
    expr: str
    labels: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The rule as it stands in a rule file."""
        labels = {"labels": dict(self.labels)} if self.labels else {}
        return {"record": self.record, "expr": dedent(self.expr).strip(), **labels}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm: when it is raised, and what people are told.

    Attributes:
        name: about four words in one, subject and state; also the name of its runbook.
        summary: about seven words, the same for each firing.
        value: template of the value that is told, with its unit.
    """

    name: str
    expr: str
    for_s: float
    severity: Literal["critical", "warning"]
    summary: str
    description: str
    value: str
    keep_firing_s: float = 0
    labels: dict[str, str] = field(default_factory=dict)

    def document(self, runbooks_url: str) -> dict[str, Any]:
        """The rule as it stands in a rule file."""
        keep = {"keep_firing_for": seconds(self.keep_firing_s)} if self.keep_firing_s else {}
        return {
            "alert": self.name,
            "expr": dedent(self.expr).strip(),
            "for": seconds(self.for_s),
            **keep,
            "labels": {"severity": self.severity, **self.labels},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "value": self.value,
                "runbook_url": runbook_url(self.name, runbooks_url),
            },
        }


def runbook_url(alert: str, base: str) -> str:
    """Where the runbook of an alert is read.

    Example:
        >>> runbook_url("MachineSilent", "https://example.com/runbooks/")
        'https://example.com/runbooks/MachineSilent.md'
    """
    return f"{base.rstrip('/')}/{alert}.md"
