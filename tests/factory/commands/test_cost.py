"""`factory cost`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from factory.cli import run
from factory.cost import price_file

PAGE = Path(__file__).parents[3] / "docs" / "costs.md"
CALLS = re.findall(r"^```console\n\$ factory (cost .*)\n((?:(?!```).*\n)*)```", PAGE.read_text("utf-8"), re.MULTILINE)


def shown(capsys: pytest.CaptureFixture[str], call: str) -> str:
    """What the command prints, without blanks at the ends of lines."""
    assert run(call.split()) == 0
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_a_table_by_service(capsys: pytest.CaptureFixture[str]) -> None:
    """With the total, what a million messages cost, and what would be saved."""
    told = shown(capsys, "cost --machines 1000 --rate 1 --profile production")

    assert "1,000 machines and 0 vehicles, 1 readings a second each, 90 days of archive; production, us-east-1." in told
    assert re.search(r"^IoT Core +4,676\.\d\d +\d\d\.\d% +1\.779\d$", told, re.MULTILINE)
    assert "A machine's message triggers 3 rules: archive, critical_temperature, malformed_telemetry." in " ".join(
        told.split()
    )
    assert "One machine more costs" in told
    assert "Basic Ingest to every rule, 24 readings a message" in told


def test_every_line_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    """Units, price and who confirms it; what nobody confirms has a star."""
    told = shown(capsys, "cost --machines 20 --lines")

    assert re.search(
        r"^IoT Core +52,560,000 +messages published +52\.56 +1 / 1,000,000 … +page +iot-page$", told, re.MULTILINE
    )
    assert re.search(r"^SES \* .* nobody +remembered$", told, re.MULTILINE)


def test_a_bill_as_json_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines, services, total; each line's source is among the sources."""
    told = json.loads(shown(capsys, "cost --machines 300 --vehicles 7 --ingest basic --batch 10 --json"))

    assert sum(line["usd"] for line in told["lines"]) == pytest.approx(told["usd"])
    assert sum(service["usd"] for service in told["services"]) == pytest.approx(told["usd"])
    assert {line["source"] for line in told["lines"]} <= told["sources"].keys()
    assert told["request"] | {"machines": 300, "vehicles": 7, "ingest": "basic", "batch": 10} == told["request"]
    assert told["prices"] == {"date": str(price_file().date), "currency": "USD"}
    mine = [one["usd"] for one in told["variants"] if (one["ingest"], one["batch"]) == ("basic", 10)]
    assert mine == [pytest.approx(told["usd"])]


def test_a_plant_without_machines_has_a_bill(capsys: pytest.CaptureFixture[str]) -> None:
    """That of what stands there; nothing is divided by nothing."""
    assert re.search(r"^all +\d+\.\d\d +0\.0000$", shown(capsys, "cost --machines 0"), re.MULTILINE)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("cost --region eu-central-1", "--region eu-central-1: 47 of 53 prices are not known"),
        ("cost --region mars", "--region mars: none of its prices is known."),
        ("cost --machines 100000 --batch 800", "is above the 131,072 that AWS takes."),
        ("cost --machines 100000", "is larger than Fargate's largest"),
        ("cost --rate nan", "'nan' is not a finite number."),
        ("cost --rate 101", "101.0 is not in the range 0<x<=100."),
        ("cost --retention 0", "0.0 is not in the range"),
        ("cost --profile golden", "'golden' is not one of 'minimal', 'production'."),
    ],
)
def test_what_cannot_be_priced_is_told(capsys: pytest.CaptureFixture[str], call: str, sentence: str) -> None:
    """Status 2, and what would be right."""
    assert run(call.split()) == 2
    told = capsys.readouterr().err

    assert sentence in told
    assert len(told.splitlines()) == 2


@pytest.mark.parametrize(("call", "told"), CALLS, ids=[call for call, _ in CALLS])
def test_the_page_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str], call: str, told: str) -> None:
    """Each block of docs/costs.md, to the letter."""
    assert shown(capsys, call).strip() == told.strip()


def test_the_page_shows_the_three_sizes() -> None:
    """20, 1,000 and 10,000 machines."""
    assert [re.search(r"--machines (\d+)", call)[1] for call, _ in CALLS] == ["20", "1000", "10000"]  # type: ignore[index]


def test_the_page_names_each_price_with_its_source() -> None:
    """The table of prices is that of the file."""
    page = PAGE.read_text("utf-8")
    prices = price_file().regions["us-east-1"]

    missing = [
        name
        for name, price in prices.items()
        if f"| `{name}` |" not in page or f"| {price.confirmed} | {price.source} |" not in page
    ]
    assert missing == []
