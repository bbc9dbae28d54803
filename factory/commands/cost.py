"""`factory cost`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import Any, Final, get_args

import click
from rich.table import Table

from factory.commands.numbers import FiniteRange
from factory.console import make_console
from factory.cost import (
    PROFILES,
    CostRequest,
    Estimate,
    Lever,
    PriceFile,
    catalog,
    estimate,
    levers,
    next_machine,
    price_file,
)
from factory.cost.next_unit import BATCH
from factory.cost.request import History, Ingest
from factory.provision.request import MOST_MACHINES

MOST_HZ: Final = 100
"""Messages a second that AWS IoT Core takes from a connection (AWS General Reference, "AWS IoT Core quotas")."""
_CENT: Final = 0.005
_INGEST: Final[dict[Ingest, str]] = {
    "broker": "broker, seen by every rule",
    "basic": "Basic Ingest to every rule",
    "basic-archive": "Basic Ingest to the archive alone",
}


@click.command("cost", short_help="Tell what the factory costs on AWS in a month.")
@click.option("--machines", type=click.IntRange(0, MOST_MACHINES), default=20, show_default=True, help="How many.")
@click.option("--vehicles", type=click.IntRange(0, MOST_MACHINES), default=0, show_default=True, help="How many.")
@click.option(
    "--rate", "rate_hz", type=FiniteRange(min=0, min_open=True, max=MOST_HZ), default=1.0, show_default=True,
    metavar="R", help="Readings of each [1/s].",
)  # fmt: skip
@click.option(
    "--retention", "kept_days", type=FiniteRange(min=1, max=36_525), metavar="DAYS",
    help="How long the archive is kept.  [default: minimal 14, production 90]",
)  # fmt: skip
@click.option("--region", default="us-east-1", show_default=True, metavar="NAME", help="Region of AWS.")
@click.option(
    "--profile", type=click.Choice(list(PROFILES)), default="minimal", show_default=True,
    help="Which example of the Terraform is deployed.",
)  # fmt: skip
@click.option(
    "--ingest", type=click.Choice(get_args(Ingest)), default="broker", show_default=True,
    help="How messages reach the rules: by the broker, by Basic Ingest to each rule, or to the rule archive alone.",
)  # fmt: skip
@click.option(
    "--batch", type=click.IntRange(1, 800), default=1, show_default=True,
    help="Readings in one message. The simulator sends 1: this tells what more would save.",
)  # fmt: skip
@click.option(
    "--history", type=click.Choice(get_args(History)), default="signals", show_default=True,
    help="What goes to Managed Prometheus: all series, the signals of machines and vehicles, none.",
)  # fmt: skip
@click.option(
    "--scrape", "scrape_s", type=FiniteRange(min=0.1, max=300), default=1.0, show_default=True, metavar="SECONDS",
    help="Time between two scrapes.",
)  # fmt: skip
@click.option(
    "--dynamic-partitioning", "partitioned", is_flag=True,
    help="Firehose files by the reading's own time; the Terraform's files by arrival.",
)  # fmt: skip
@click.option("--lines", "show_lines", is_flag=True, help="Show every line of the bill: units, price, source.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def cost(
    machines: int,
    vehicles: int,
    rate_hz: float,
    kept_days: float | None,
    region: str,
    profile: str,
    ingest: Ingest,
    batch: int,
    history: History,
    scrape_s: float,
    partitioned: bool,
    show_lines: bool,
    as_json: bool,
) -> None:
    """Tell what the factory costs on AWS in a month, by service and by a million messages.

    Then: the same with and without Basic Ingest and batching, what one more machine costs, and what would be saved by
    running the plant otherwise. Prices are list prices without taxes and without free allowances; they stand in one
    dated file with their sources, and nobody is asked. The archive is as full as it gets.

    \b
    Examples:
      factory cost --machines 20
      factory cost --machines 1000 --vehicles 50 --rate 0.1 --retention 365 --profile production
      factory cost --machines 10000 --profile production --lines
      factory cost --machines 1000 --json | jq .usd
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    file, rules = price_file(), catalog()
    prices = file.of(region)
    request = CostRequest(
        machines,
        vehicles,
        rate_hz,
        kept_days,
        PROFILES[profile],
        ingest,
        batch,
        history,
        partitioned=partitioned,
        scrape_s=scrape_s,
    )

    def estimator(other: CostRequest) -> Estimate:
        return estimate(other, prices, rules)

    told = estimator(request)
    if as_json:
        click.echo(json.dumps(as_object(told, file, region, estimator), ensure_ascii=False, indent=2))
    else:
        _print(told, file, region, estimator, show_lines=show_lines)


def variants(request: CostRequest) -> list[tuple[str, CostRequest]]:
    """The same plant with and without Basic Ingest and batching."""
    batches = (1, request.batch if request.batch > 1 else BATCH)
    return [
        (f"{words}, {_a_message(batch)}", replace(request, ingest=ingest, batch=batch))
        for batch in batches
        for ingest, words in _INGEST.items()
    ]


def _a_message(batch: int) -> str:
    return "a reading a message" if batch == 1 else f"{batch} readings a message"


def as_object(
    told: Estimate, file: PriceFile, region: str, estimator: Callable[[CostRequest], Estimate]
) -> dict[str, Any]:
    """An estimate as JSON."""
    request, prices = told.request, file.of(region)
    others = [(words, estimator(other)) for words, other in variants(request)]
    return {
        "request": {
            **asdict(request),
            "profile": request.profile.name,
            "retention_days": request.retention_days,
            "region": region,
        },
        "prices": {"date": str(file.date), "currency": file.currency},
        "usd": told.usd,
        "usdPerMillionReadings": told.a_million(told.usd),
        "rulesTriggered": list(told.triggered),
        "services": [
            {"service": service, "usd": usd, "usdPerMillionReadings": told.a_million(usd)}
            for service, usd in told.by_service().items()
        ],
        "lines": [
            {**asdict(line), "confirmed": prices[line.price].confirmed, "source": prices[line.price].source}
            for line in told.lines
        ],
        "variants": [
            {
                "ingest": other.request.ingest,
                "batch": other.request.batch,
                "words": words,
                "usd": other.usd,
                "usdPerMillionReadings": other.a_million(other.usd),
            }
            for words, other in others
        ],
        "nextMachine": next_machine(told, estimator),
        "levers": [asdict(lever) for lever in levers(told, estimator)],
        "sources": {name: source.model_dump(mode="json") for name, source in file.sources.items()},
    }


def _print(
    told: Estimate, file: PriceFile, region: str, estimator: Callable[[CostRequest], Estimate], *, show_lines: bool
) -> None:
    request = told.request
    console = make_console(plain_width=140)
    console.print(
        f"{request.machines:,} machines and {request.vehicles:,} vehicles, {request.rate_hz:g} readings a second each, "
        f"{request.retention_days:g} days of archive; {request.profile.name}, {region}.\n"
        f"List prices of {file.date} in USD a month, without taxes and free allowances. "
        f"A machine's message triggers {len(told.triggered)} rules: {', '.join(told.triggered)}.\n"
    )
    console.print(_lines(told, file, region) if show_lines else _services(told))
    if any(not line.confirmed for line in told.lines):
        click.echo("* holds a price that nobody was found to confirm; --lines shows it.")
    console.print(_variants(variants(request), estimator))
    each = next_machine(told, estimator)
    parts = ", ".join(f"{service} {usd:.2f}" for service, usd in each.items() if usd >= _CENT)
    console.print(f"\nOne machine more costs {sum(each.values()):,.2f} a month: {parts or 'nothing to speak of'}.")
    console.print(_levers(levers(told, estimator)))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left")
    table.add_column(columns[0], overflow="fold")
    for name in columns[1:]:
        table.add_column(name, justify="right", overflow="fold")
    return table


def _services(told: Estimate) -> Table:
    unit = "a million messages" if told.request.batch == 1 else "a million readings"
    table = _table("service", "USD a month", "share", f"USD {unit}")
    unsure = {line.service for line in told.lines if not line.confirmed}
    for service, usd in told.by_service().items():
        name = f"{service} *" if service in unsure else service
        table.add_row(name, f"{usd:,.2f}", f"{usd / told.usd:.1%}", f"{told.a_million(usd):,.4f}")
    table.add_row("all", f"{told.usd:,.2f}", "", f"{told.a_million(told.usd):,.4f}", style="bold")
    return table


def _lines(told: Estimate, file: PriceFile, region: str) -> Table:
    prices = file.of(region)
    table = _table("service", "units a month", "of", "USD", "price", "confirmed by", "source")
    for column in table.columns[2:3] + table.columns[5:]:
        column.justify = "left"
    for line in told.lines:
        price = prices[line.price]
        table.add_row(
            line.service if line.confirmed else f"{line.service} *",
            f"{line.units:,.4g}" if line.units < 100 else f"{line.units:,.0f}",
            line.what,
            f"{line.usd:,.2f}",
            _price(price.steps[0].usd, price.per) + (" …" if len(price.steps) > 1 else ""),
            "nobody" if price.confirmed == "no" else price.confirmed,
            price.source,
        )
    table.add_row("all", "", "", f"{told.usd:,.2f}", "", "", "", style="bold")
    return table


def _price(usd: float, per: float) -> str:
    """A price in words.

    Example:
        >>> _price(0.08, 1e6), _price(0.0225, 1)
        ('0.08 / 1,000,000', '0.0225')
    """
    return f"{usd:g} / {per:,.0f}" if per != 1 else f"{usd:g}"


def _variants(found: Iterable[tuple[str, CostRequest]], estimator: Callable[[CostRequest], Estimate]) -> Table:
    table = _table("\nhow messages reach the rules", "\nUSD a month", "\nUSD a million readings")
    for words, request in found:
        other = estimator(request)
        table.add_row(words, f"{other.usd:,.2f}", f"{other.a_million(other.usd):,.4f}")
    return table


def _levers(found: Iterable[Lever]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("\nwhat would save", overflow="fold")
    table.add_column("\nUSD a month", justify="right")
    table.add_column("\nfor which", overflow="fold")
    for lever in found:
        table.add_row(lever.words, f"{lever.usd:,.2f}", lever.price)
    return table
