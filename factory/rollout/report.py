"""What is told of a roll-out: on the terminal, and as Markdown on the page that GitHub shows beside a job."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from factory.rollout.load_balancer import Finding
from factory.rollout.states import Outcome

PAGE = "GITHUB_STEP_SUMMARY"
"""Variable that names the file of that page."""


def services(
    outcomes: Sequence[Outcome], renewed: Mapping[str, Sequence[str]], why: Mapping[str, Sequence[str]]
) -> str:
    """A row a service, and the last words of tasks that stopped.

    Args:
        outcomes: of the services.
        renewed: by service, what was newer than its tasks.
        why: by service, what its stopped tasks said.
    """
    rows = [f"| `{one.service}` | {one.state} | {_remarks(one, renewed.get(one.service, ()))} |" for one in outcomes]
    words = [f"- `{service}`: {sentence}" for service, sentences in why.items() for sentence in sentences]
    return "\n".join(["### Services", "", "| service | is | |", "|---|---|---|", *rows, "", *words, ""])


def load_balancer(findings: Sequence[Finding]) -> str:
    """A line a path."""
    lines = [f"- {'✓' if one.is_right else '✗'} {one.told}" for one in findings]
    return "\n".join(["### Load balancer", "", *lines, ""])


def _remarks(outcome: Outcome, renewed: Sequence[str]) -> str:
    anew = [f"anew for {', '.join(renewed)}"] if renewed else []
    return "; ".join([*([outcome.reason] if outcome.reason else []), *anew])


def say(text: str) -> None:
    """Tell people."""
    click.echo(f"rollout: {text}", err=True)


def add_to_page(markdown: str) -> None:
    """Put it on GitHub's page, where there is one."""
    if page := os.environ.get(PAGE):
        with Path(page).open("a", encoding="utf-8") as file:
            file.write(markdown + "\n")


def fail(text: str) -> None:
    """Say why all of it failed; on GitHub also as the job's error."""
    say(f"FAILED: {text}")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        click.echo(f"::error title=Deployment::{text}".replace("\n", " "))
