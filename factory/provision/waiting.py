"""Waiting for a local AWS that is starting."""

from __future__ import annotations

from typing import Any

from contracts.healthcheck import wait_until_well
from factory.provision.errors import ProvisionError

_PAGE = "/_ministack/health"


def wait_for_local_aws(endpoint_url: str, patience_s: float, **waiting: Any) -> None:
    """Return when it answers.

    Args:
        endpoint_url: its address.
        patience_s: how long to wait [s].
        waiting: `sleep` and `clock` of `wait_until_well`.

    Raises:
        ProvisionError: it has not answered in that time.
    """
    if not wait_until_well(endpoint_url.rstrip("/") + _PAGE, patience_s, **waiting):
        raise ProvisionError(
            f"The local AWS at {endpoint_url} has not answered for {patience_s:g} s.", remedy="Is it running?"
        )
