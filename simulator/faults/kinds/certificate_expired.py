"""Certificate expired: the broker no longer takes the machine's certificate."""

from __future__ import annotations

import numpy as np

from simulator.delivery import Certificate, Network
from simulator.faults.definition import NetworkFault, NoParameters
from simulator.faults.progress import Progress


def effect(network: Network, _: Progress, __: NoParameters) -> None:
    """The machine shows a certificate that has expired; one that is revoked as well counts as that."""
    network.certificate[:] = np.maximum(network.certificate, Certificate.EXPIRED)


CERTIFICATE_EXPIRED = NetworkFault(
    kind="certificate_expired",
    label="Certificate expired",
    documentation="The machine's certificate has run out and nobody has renewed it, which is how whole fleets go "
    "silent on one day. The broker refuses the handshake; the machine keeps its messages and tries again.",
    recovery="With the next connection: a valid certificate has been laid down.",
    parameters=NoParameters,
    example={},
    effect=effect,
    can_ramp=False,
)
