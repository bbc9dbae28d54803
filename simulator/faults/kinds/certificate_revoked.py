"""Certificate revoked: the broker no longer takes the machine's certificate."""

from __future__ import annotations

import numpy as np

from simulator.delivery import Certificate, Network
from simulator.faults.definition import NetworkFault, NoParameters
from simulator.faults.progress import Progress


def effect(network: Network, _: Progress, __: NoParameters) -> None:
    """The machine shows a certificate that has been revoked, whether it has expired as well or not."""
    network.certificate[:] = np.maximum(network.certificate, Certificate.REVOKED)


CERTIFICATE_REVOKED = NetworkFault(
    kind="certificate_revoked",
    label="Certificate revoked",
    documentation="The machine's certificate has been taken from it, as when a key was stolen or a machine was "
    "scrapped on paper only. The broker refuses the handshake; the machine keeps its messages and tries again.",
    recovery="With the next connection: a valid certificate has been laid down.",
    parameters=NoParameters,
    example={},
    effect=effect,
    can_ramp=False,
)
