"""`python -m factory.compose`, behind `scripts/compose-smoke`: the factory in containers, tried out."""

from __future__ import annotations

import json
import socket
import sys
import time
from typing import Any

import click
import yaml

from contracts.errors import FactoryError
from factory.compose.engine import COMPOSE_FILE, Engine, find_engine
from factory.compose.pages import Pages
from factory.compose.smoke import JUDGES, MODELS, Smoke

PROJECT = "smart-factory-smoke"
MACHINES, VEHICLES, SHARD_SIZE = 20, 4, 4
EXAMPLES = """\b
Examples:
  scripts/images && scripts/compose-smoke
  scripts/compose-smoke --without-models --json
"""


@click.command(epilog=EXAMPLES)
@click.option("--without-models", is_flag=True, help="Leave out the models, which take some minutes to be trained.")
@click.option("--version", default="0.1.0", show_default=True, help="Tag of the images.")
@click.option("--json", "as_json", is_flag=True, help="Tell the figures as JSON at the end.")
def smoke(without_models: bool, version: str, as_json: bool) -> None:
    """Start the factory in containers, break it in many ways, and see that nothing is lost.

    The images must be there (scripts/images). It is a project of its own on a free port: nothing of a factory that runs
    here already is touched, and nothing is left behind.
    """
    began = time.monotonic()
    port = _free_port()
    variables = {
        "VERSION": version, "SCENARIO": "drift", "START": "keep", "PROXY_PORT": str(port),
        "MACHINES": str(MACHINES), "VEHICLES": str(VEHICLES), "SHARD_SIZE": str(SHARD_SIZE),
    }  # fmt: skip
    engine = Engine(find_engine(), PROJECT, variables)
    services, skipped = _services(engine, version, without_models=without_models)
    _say(f"{engine.name}: {', '.join(services)}")
    run = Smoke(engine, Pages(f"http://127.0.0.1:{port}"), services, MACHINES + VEHICLES, SHARD_SIZE, _say, skipped)
    run()
    for left_out in skipped:
        _say(f"not tried: {left_out}")
    _say(f"passed in {time.monotonic() - began:.0f} s")
    if as_json:
        click.echo(json.dumps({"engine": engine.name, "skipped": skipped, **run.figures}, indent=2))


def _services(engine: Engine, version: str, *, without_models: bool) -> tuple[tuple[str, ...], list[str]]:
    """What can run here, and what cannot, with the reason."""
    document: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    services, skipped = [], []
    for name, service in document["services"].items():
        image = str(service["image"]).partition(":")[0] + f":{version}"
        if "profiles" in service:
            continue
        if without_models and name in (MODELS, *JUDGES):
            skipped.append(f"{name}, by --without-models")
        elif not engine.has_image(image):
            skipped.append(f"{name}: the image {image} is not here")
        else:
            services.append(name)
    return tuple(services), skipped


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(text: str) -> None:
    click.echo(f"compose-smoke: {text}", err=True)


def main() -> int:
    """The exit status: 0 passed, 1 something is not as it should be, 2 it cannot be tried here."""
    try:
        smoke(standalone_mode=False)
    except FactoryError as error:
        _say(f"FAILED: {error}")
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
