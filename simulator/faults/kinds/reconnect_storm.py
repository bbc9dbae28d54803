"""Reconnect storm: many machines lose the broker at the same moment, and all want it back."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.delivery import Network
from simulator.faults.definition import FaultParameters, NetworkFault
from simulator.faults.progress import Progress


class ReconnectStormParameters(FaultParameters):
    """How the network comes back."""

    spread_s: float = Field(
        default=0.0, ge=0, le=3600, description="Time in which the last machine can connect again; 0: all at once [s]."
    )

    @property
    def outlasts_s(self) -> float:
        """Some have to wait after the end."""
        return self.spread_s


def effect(network: Network, progress: Progress, _: ReconnectStormParameters) -> None:
    """All are offline; after the end each comes back at a moment of its own within the spread, all equally likely."""
    network.offline |= np.asarray(progress.chance.lot() < progress.strength)


RECONNECT_STORM = NetworkFault(
    kind="reconnect_storm",
    label="Reconnect storm",
    documentation="Many machines lose the broker at the same moment and ask for a connection at the same moment again, "
    "as when a switch, a firewall or the broker itself is restarted. The handshakes come all at once, and after them "
    "what everybody has kept.",
    recovery="At the end all can connect again: at once, or within `spread_s`.",
    parameters=ReconnectStormParameters,
    example={"spread_s": 60.0},
    effect=effect,
    can_ramp=False,
    shared="a storm hits all machines behind one switch",
)
