"""Slow link: every message takes longer to the broker."""

from __future__ import annotations

from pydantic import Field

from simulator.delivery import Network
from simulator.faults.definition import FaultParameters, NetworkFault
from simulator.faults.progress import Progress


class SlowLinkParameters(FaultParameters):
    """How much longer messages take."""

    latency_s: float = Field(gt=0, le=600, description="What each message takes longer [s].")
    jitter_s: float = Field(
        default=0.0, ge=0, le=600, description="What it takes longer still, at most, by chance [s]."
    )


def effect(network: Network, progress: Progress, parameters: SlowLinkParameters) -> None:
    """Each message takes longer, by the latency and a part of the jitter, all parts equally likely."""
    jitter_s = parameters.jitter_s * progress.chance.uniform() if parameters.jitter_s else 0.0
    network.latency_s += progress.strength * (parameters.latency_s + jitter_s)


SLOW_LINK = NetworkFault(
    kind="slow_link",
    label="Slow link",
    documentation="Messages and the broker's answers take long, as over a satellite or a line that somebody's backup "
    "has filled. Nothing is lost: messages wait with the machine, in order, and are acknowledged late.",
    recovery="At once for new messages; those that wait still come.",
    parameters=SlowLinkParameters,
    example={"latency_s": 3.0, "jitter_s": 1.0},
    effect=effect,
)
