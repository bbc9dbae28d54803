"""Clients for look-ups give up quickly, and once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rules.lookups import look_up_clients

pytestmark = pytest.mark.usefixtures("fake_account")


def test_an_answer_has_2000_ms_and_one_attempt():
    """The guide's limit for aws_lambda(), here for every look-up; it names no retry for functions."""
    config = look_up_clients(connections=7).client("dynamodb").meta.config

    assert (config.read_timeout, config.retries["total_max_attempts"], config.max_pool_connections) == (2.0, 1, 7)


def test_a_client_is_made_once_for_all_threads():
    """Eight that ask at the same moment get the same one."""
    clients, start = look_up_clients(), threading.Barrier(8)

    def ask() -> int:
        start.wait(10)
        return id(clients.client("secretsmanager"))

    with ThreadPoolExecutor(8) as pool:
        assert len({future.result() for future in [pool.submit(ask) for _ in range(8)]}) == 1
