"""Disconnect: the machine has no way to the broker."""

from __future__ import annotations

from simulator.delivery import Network
from simulator.faults.definition import NetworkFault, NoParameters
from simulator.faults.progress import Progress


def effect(network: Network, _: Progress, __: NoParameters) -> None:
    """No connection can be had."""
    network.offline[:] = True


DISCONNECT = NetworkFault(
    kind="disconnect",
    label="Disconnected",
    documentation="The machine has no way to the broker, as with a pulled cable or a radio link in the shadow of a "
    "crane. It goes on measuring and keeps its messages; with on_s and off_s the link flaps.",
    recovery="At once: it connects again and delivers what it has kept.",
    parameters=NoParameters,
    example={},
    effect=effect,
    can_ramp=False,
)
