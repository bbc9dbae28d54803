"""The machines' ways to the broker, as faults have them: tells each link what has changed for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog

from simulator.arrays import Integers
from simulator.connection import identity_files
from simulator.delivery import Certificate, Network


class Traveller(Protocol):
    """Whose way it is."""

    def set_network(self, *, offline: bool, latency_s: float, certificate: Certificate) -> None:
        """The way is like this from now on."""


class Ways:
    """What the links of a shard were told of their ways.

    Args:
        travellers: the links, in the order of the rows.
        directory: the shard's directory, where invalid certificates lie if there are any.
        speed: plant time by real time [1]; latencies are in plant time.
    """

    def __init__(self, travellers: Sequence[Traveller], directory: Path, speed: float = 1.0) -> None:
        self._travellers, self._directory, self._speed = travellers, directory, speed
        self._before: Network | None = None
        self._missing: set[Certificate] = set()

    def are(self, network: Network | None) -> int:
        """Tell the links whose way has changed; returns how many.

        Args:
            network: the ways at this moment; None: all as they should be.
        """
        if network is None and self._before is None:
            return 0
        now = network or Network.neutral(len(self._travellers))
        rows = self._changed(now)
        for row in rows.tolist():
            self._travellers[row].set_network(
                offline=bool(now.offline[row]),
                latency_s=float(now.latency_s[row]) / self._speed,
                certificate=self._at_hand(Certificate(int(now.certificate[row]))),
            )
        # A copy: whoever made the arrays may use them again for the next moment.
        self._before = None
        if network is not None:
            self._before = Network(now.offline.copy(), now.latency_s.copy(), now.certificate.copy())
        return len(rows)

    def _changed(self, now: Network) -> Integers:
        before = self._before or Network.neutral(len(self._travellers))
        differs = (
            (now.offline != before.offline)
            | (now.latency_s != before.latency_s)
            | (now.certificate != before.certificate)
        )
        return np.flatnonzero(differs).astype(np.int64)

    def _at_hand(self, certificate: Certificate) -> Certificate:
        if certificate is Certificate.VALID or all(
            (self._directory / file).is_file() for file in identity_files("", certificate)
        ):
            return certificate
        if certificate not in self._missing:
            self._missing.add(certificate)
            structlog.get_logger("simulator").error(
                f"The identities hold no {certificate.name.lower()} certificate, so the machines keep their own."
                " Provision with the plant's own CA (--issuer plant): AWS IoT signs none that has expired.",
                directory=str(self._directory),
            )
        return Certificate.VALID
