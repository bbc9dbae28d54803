"""Fixtures that several tests of the simulator share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend

from contracts.identity import Identity
from contracts.nameplates import NAMEPLATES
from simulator.plant import Plant
from simulator.scenario import Scenario, parse_scenario

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Result = TypeVar("Result")


@pytest.fixture(scope="session")
def start() -> datetime:
    """When the plants of the tests are first seen."""
    return START


@pytest.fixture(scope="session")
def make_identities() -> Callable[..., list[Identity]]:
    """Machines M001 and on, ten a line, models in turn or all of one."""

    def make(count: int, model: str | None = None) -> list[Identity]:
        models = [model] if model else list(NAMEPLATES)
        return [
            Identity(
                device_id=f"M{number + 1:03d}",
                plant="plant1",
                line=f"line{number // 10 + 1}",
                model=models[number % len(models)],
            )
            for number in range(count)
        ]

    return make


@pytest.fixture
def make_plant(make_identities: Callable[..., list[Identity]]) -> Callable[..., Plant]:
    """A plant of some machines; calm unless a scenario says otherwise."""

    def make(
        machines: int | Sequence[Identity] = 5,
        scenario: Scenario | str = "name: calm",
        seed: int = 1,
        model: str | None = None,
        begin: datetime = START,
    ) -> Plant:
        identities = make_identities(machines, model) if isinstance(machines, int) else machines
        played = parse_scenario(scenario) if isinstance(scenario, str) else scenario
        return Plant(identities, played, seed=seed, start=begin, interval_s=1.0)

    return make


@pytest.fixture
def in_threads() -> Callable[[Callable[[], Result], int], list[Result]]:
    """Makes a call from many threads at once."""

    def call_in_threads(call: Callable[[], Result], times: int) -> list[Result]:
        with ThreadPoolExecutor(times) as pool:
            return [future.result() for future in [pool.submit(call) for _ in range(times)]]

    return call_in_threads


@pytest.fixture
def leases_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """DynamoDB (moto) with a table of leases."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # DynamoDB checks a condition and writes in one; moto in two, between which another thread may write.
    update, writing = DynamoDBBackend.update_item, threading.Lock()

    def atomic(*arguments: Any, **more: Any) -> Any:
        with writing:
            return update(*arguments, **more)

    monkeypatch.setattr(DynamoDBBackend, "update_item", atomic)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="leases",
            KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client
