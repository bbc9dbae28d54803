"""The fleet's pipeline from a file to the last item: the real function, the real model's server, the local AWS.

Beside it the loop that the pipeline replaces: a line, a call of the endpoint, a PutItem, the next line.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import psutil

from contracts.resources import FLEET_INBOX, REGION, Resources
from factory.bench.site import PLANT, answers, free_port, local_aws, running, wait_for
from factory.errors import LocalFactoryError
from factory.provision import FleetRequest, ProvisionRequest, provision
from factory.up.programs import MODEL_S
from maintenance.fleet.endpoint import Endpoint, Verdict
from maintenance.fleet.items import item_of
from maintenance.fleet.readings import told_in
from maintenance.fleet.settings import zone_of
from maintenance.fleet.table import wire
from maintenance.sentences import DEFAULT_ZONE, FleetReading, format_sentence

VEHICLES = 20
PLAIN_LINES = 300
_START = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
_PATIENCE_S = 600.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """What was measured.

    Args:
        lines: handed in at once.
        seconds: from handing in to the last item [s].
        items: that came out of them.
        predicted: of these, with a verdict.
        plain_per_s: lines a second of the plain loop [1/s].
        cpu_s: CPU time that the lines took, by program [s].
    """

    lines: int
    seconds: float
    items: int
    predicted: int
    plain_per_s: float
    cpu_s: dict[str, float]

    @property
    def per_s(self) -> float:
        """Lines a second [1/s]."""
        return self.lines / self.seconds

    @property
    def lossless(self) -> bool:
        """Whether each line became one item with a verdict."""
        return self.lines == self.items == self.predicted


class Place:
    """A fleet's pipeline on a local AWS of its own.

    Args:
        names: of its resources.
        session: root's.
        endpoint_url: of the local AWS.
        model_url: of the model's server.
        processes: the programs, by name; a function runs in a child of the local AWS.
    """

    def __init__(
        self,
        names: Resources,
        session: boto3.Session,
        endpoint_url: str,
        model_url: str,
        processes: dict[str, psutil.Process],
    ) -> None:
        self.names = names
        self._processes = processes
        self._session = session
        self._endpoint_url = endpoint_url
        self._model_url = model_url

    def client(self, service: str) -> Any:
        """A client of root's."""
        make: Any = self._session.client
        return make(service, endpoint_url=self._model_url if service == "sagemaker-runtime" else self._endpoint_url)

    def hand_in(self, name: str, body: bytes) -> None:
        """Put a file into the inbox."""
        self.client("s3").put_object(Bucket=self.names.fleet_bucket, Key=FLEET_INBOX + name, Body=body)

    def items(self) -> int:
        """How many items there are."""
        table = self.client("dynamodb").describe_table(TableName=self.names.fleet_readings_table)["Table"]
        return int(table["ItemCount"])

    def predicted(self) -> int:
        """How many items have a verdict."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.names.fleet_readings_table)
        return sum("prediction" in item for page in pages for item in page["Items"])

    def cpu_s(self) -> dict[str, float]:
        """CPU time that each program has used so far [s]."""
        used = {name: _cpu_s(process) for name, process in self._processes.items()}
        functions = self._processes["local AWS"].children(recursive=True)
        return used | {"function": sum(_cpu_s(one) for one in functions)}

    def wait_for(self, items: int) -> None:
        """Wait until there are so many items.

        Raises:
            LocalFactoryError: there are not, after minutes.
        """
        until = time.monotonic() + _PATIENCE_S
        while (there := self.items()) < items:
            if time.monotonic() > until:
                raise LocalFactoryError(f"Only {there} of {items} items have come within {_PATIENCE_S:.0f} s.")
            time.sleep(_POLL_S)


@contextmanager
def pipeline_place(directory: Path, tell: Callable[[str, float], object]) -> Iterator[Place]:
    """A pipeline with the model's server, which may have to train its model first.

    Args:
        directory: an empty one.
        tell: is told what is done.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    names = Resources(PLANT, "000000000000")
    told = {"MODEL_SERVER_HTTP_PORT": str(port), "MODEL_SERVER_ENDPOINT": names.fleet_endpoint}
    log = directory / "model.log"
    argv = [sys.executable, "-P", "-m", "factory.up.model_server"]
    with local_aws(directory) as (aws, _, emulator), running(argv, told, log) as server:
        tell("making resources", 0.1)
        session = boto3.Session(aws["AWS_ACCESS_KEY_ID"], aws["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
        fleet = FleetRequest(model_url=url)
        provision(ProvisionRequest(plant=PLANT, machines=0, endpoint_url=aws["AWS_ENDPOINT_URL"], fleet=fleet), session)
        tell("starting the model's server", 0.2)
        wait_for(lambda: answers(f"{url}/ping"), server, "the model's server", log, MODEL_S)
        processes = {"local AWS": psutil.Process(emulator.pid), "model's server": psutil.Process(server.pid)}
        yield Place(names, session, aws["AWS_ENDPOINT_URL"], url, processes)


def measure_pipeline(place: Place, lines: int, tell: Callable[[str, float], object]) -> PipelineResult:
    """Hand a file in and wait for its last item.

    Args:
        place: where.
        lines: of the file.
        tell: is told what is done.
    """
    sentences = sentences_of(lines)
    tell("the plain loop", 0.3)
    plain_per_s = _plain_loop(place, sentences[:PLAIN_LINES])
    tell("warming up", 0.4)
    before = place.items()
    place.hand_in("warm.txt", sentences[0].encode())
    place.wait_for(before + 1)
    before, judged_before = place.items(), place.predicted()
    tell(f"{lines} lines", 0.5)
    used_before, began = place.cpu_s(), time.monotonic()
    place.hand_in("lines.txt", "\r\n".join(sentences).encode())
    place.wait_for(before + lines)
    seconds = time.monotonic() - began
    used = {name: round(spent - used_before.get(name, 0.0), 2) for name, spent in place.cpu_s().items()}
    # What had to be tried again has had its turn by now.
    tell("counting", 0.9)
    time.sleep(1.0)
    return PipelineResult(lines, seconds, place.items() - before, place.predicted() - judged_before, plain_per_s, used)


def _plain_loop(place: Place, sentences: list[str]) -> float:
    """Lines a second of a loop that has each line judged and stored by itself."""
    endpoint = Endpoint(place.client("sagemaker-runtime"), place.names.fleet_endpoint)
    dynamodb, zone = place.client("dynamodb"), zone_of(DEFAULT_ZONE)
    began = time.monotonic()
    for number, sentence in enumerate(sentences):
        told = told_in(sentence, zone, "plain", "plain", number)
        (answer,) = endpoint.judge([told.reading])
        if not isinstance(answer, Verdict):
            raise LocalFactoryError(f"The model's server does not judge: {answer.reason}")
        dynamodb.put_item(TableName=place.names.fleet_readings_table, Item=wire(item_of(told, answer, "plain")))
    return len(sentences) / (time.monotonic() - began)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def sentences_of(count: int) -> list[str]:
    """So many sentences of twenty vehicles, none of them too hot."""
    draw = random.Random(1).uniform  # noqa: S311 - no secret
    return [
        format_sentence(
            FleetReading(
                f"VHC{number % VEHICLES + 1:03d}",
                _START + timedelta(minutes=number // VEHICLES),
                round(draw(0, 80), 1),
                round(draw(5, 100), 1),
                round(draw(30, 95), 1),
                round(draw(12.3, 13.1), 6),
                round(draw(79.7, 80.3), 6),
                round(draw(1_000, 300_000), 1),
                "ok",
            ),
            zone_of(DEFAULT_ZONE),
        )
        for number in range(count)
    ]


def pipeline_sentences(result: PipelineResult) -> list[str]:
    """The result in sentences."""
    loss = "none was lost" if result.lossless else f"{result.items} items came, {result.predicted} with a verdict"
    return [
        (
            f"{result.lines:,} lines in one file took {result.seconds:.1f} s from the upload to the last item with its "
            f"verdict: {result.per_s:,.0f} lines/s, and {loss}."
        ),
        "CPU time of that: " + ", ".join(f"{name} {spent:.1f} s" for name, spent in result.cpu_s.items()) + ".",
        f"The plain loop (a line, a call of the endpoint, a PutItem): {result.plain_per_s:,.0f} lines/s.",
    ]
