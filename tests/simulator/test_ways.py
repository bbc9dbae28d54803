"""Who hears of a changed way to the broker, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from contracts.identity import InvalidCertificate, invalid_certificate_file, invalid_key_file
from simulator.delivery import Certificate, Network
from simulator.ways import Ways


class _Traveller:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[bool, float, Certificate]] = []

    def set_network(self, *, offline: bool, latency_s: float, certificate: Certificate) -> None:
        self.told.append((offline, latency_s, certificate))


@pytest.fixture
def travellers() -> list[_Traveller]:
    """Three of them."""
    return [_Traveller() for _ in range(3)]


def lay_down(directory: Path, kind: InvalidCertificate) -> None:
    """An invalid certificate as the init container leaves it."""
    for name in (invalid_certificate_file(kind), invalid_key_file(kind)):
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).touch()


def offline(*rows: int) -> Network:
    """Three ways, those cut."""
    network = Network.neutral(3)
    network.offline[list(rows)] = True
    return network


def test_only_those_are_told_whose_way_has_changed(travellers: list[_Traveller], tmp_path: Path) -> None:
    """A way that stays as it is is no news, nor is a plant without such a fault."""
    ways = Ways(travellers, tmp_path)

    assert [ways.are(one) for one in (None, offline(1), offline(1), offline(1, 2), None, None)] == [0, 1, 0, 1, 2, 0]
    assert [[told[0] for told in one.told] for one in travellers] == [[], [True, False], [True, False]]


def test_arrays_that_are_used_again_are_noticed(travellers: list[_Traveller], tmp_path: Path) -> None:
    """Whoever has the faults may write the next moment into the same arrays."""
    ways, network = Ways(travellers, tmp_path), offline(0)
    ways.are(network)
    network.offline[0] = False

    assert ways.are(network) == 1


def test_latencies_are_in_the_plants_time(travellers: list[_Traveller], tmp_path: Path) -> None:
    """A minute of a plant that is ten times as fast is six seconds."""
    network = Network.neutral(3)
    network.latency_s[2] = 60.0
    Ways(travellers, tmp_path, speed=10.0).are(network)

    assert travellers[2].told == [(False, 6.0, Certificate.VALID)]


def test_a_certificate_is_shown_where_it_was_laid_down(travellers: list[_Traveller], tmp_path: Path) -> None:
    """Revoked it is there; expired it is not, which is told once and the machine's own is shown."""
    lay_down(tmp_path, InvalidCertificate.REVOKED)
    network = Network.neutral(3)
    network.certificate[:] = [Certificate.REVOKED, Certificate.EXPIRED, Certificate.EXPIRED]
    with structlog.testing.capture_logs() as told:
        Ways(travellers, tmp_path).are(network)

    assert [one.told[0][2] for one in travellers] == [Certificate.REVOKED, Certificate.VALID, Certificate.VALID]
    (line,) = told
    assert "hold no expired certificate" in line["event"]
