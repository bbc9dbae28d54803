"""What is not as it was provisioned is refused, each thing for its own reason."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.identity import (
    CA_FILE,
    InvalidCertificate,
    Manifest,
    certificate_file,
    invalid_certificate_file,
    invalid_key_file,
    key_file,
)
from factory.provision.certificates import KeyedCertificate, PlantCa
from init_container.errors import VerificationError
from init_container.steps import run
from init_container.verify import check_files, verify

NOW = datetime.now(UTC)


def refused(depot: Any, tmp_path: Path) -> str:
    """What the init container says of the depot's shard; it must leave the target alone."""
    with pytest.raises(VerificationError) as caught:
        run(depot.source(), tmp_path, "shard-0000")
    assert list(tmp_path.iterdir()) == []
    assert caught.value.exit_status == 4
    return str(caught.value)


def test_a_good_shard_is_laid_down(depot: Any, tmp_path: Path) -> None:
    """The refusals below are not those of a fixture that is always wrong."""
    depot.put()
    run(depot.source(), tmp_path, "shard-0000")
    assert (tmp_path / "shard-0000" / certificate_file("M002")).exists()


@pytest.mark.parametrize("at", [0, 100, -1])
def test_a_changed_bundle_is_found_out(depot: Any, tmp_path: Path, at: int) -> None:
    """One bit anywhere in the encrypted bundle is enough."""
    depot.put()

    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[at] ^= 1
        return bytes(changed)

    depot.replace("shard-0000/bundle.enc", flip)
    assert "do not belong together" in refused(depot, tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("identities", []), ("issued_at", "2020-01-01T00:00:00Z"), ("files", {}), ("issuer", "aws")],
)
def test_a_changed_manifest_is_found_out(depot: Any, tmp_path: Path, field: str, value: object) -> None:
    """The bundle was encrypted with the manifest as it was: any change of it breaks the seal."""
    depot.put()
    depot.replace("shard-0000/manifest.json", lambda text: json.dumps(json.loads(text) | {field: value}).encode())
    assert "do not belong together" in refused(depot, tmp_path)


def test_a_manifest_that_is_none_is_told(depot: Any, tmp_path: Path) -> None:
    """The sentence names the key that is wrong."""
    depot.put()
    depot.replace("shard-0000/manifest.json", lambda text: json.dumps(json.loads(text) | {"plant": 3}).encode())
    assert "the manifest is not valid: plant" in refused(depot, tmp_path)


def test_another_shards_objects_are_found_out(depot: Any, tmp_path: Path) -> None:
    """Whoever may write to the bucket cannot give one shard's machines to another."""
    depot.put(("M001",))
    depot.put(("M009",), shard="shard-0001")
    for name in ("manifest.json", "bundle.enc"):
        foreign = depot.s3.get_object(Bucket="identities", Key=f"shard-0001/{name}")["Body"].read()
        depot.replace(f"shard-0000/{name}", lambda _content, foreign=foreign: foreign)
    assert "the manifest is that of shard-0001" in refused(depot, tmp_path)


def test_a_foreign_context_is_found_out(depot: Any, tmp_path: Path) -> None:
    """A data key wrapped for another plant does not open this one's bundle."""
    depot.put()

    def of_other_plant(text: bytes) -> bytes:
        return text.replace(b'"plant1"', b'"plant2"')

    depot.replace("shard-0000/manifest.json", of_other_plant)
    assert "was not wrapped" in refused(depot, tmp_path)


def test_swapped_keys_are_found_out(depot: Any, tmp_path: Path) -> None:
    """A certificate whose key is another machine's is of no use."""
    one, other = depot.pair("M001"), depot.pair("M002")
    depot.put(M001=KeyedCertificate(one.certificate, other.key), M002=KeyedCertificate(other.certificate, one.key))
    assert "M001: certificate and private key do not match" in refused(depot, tmp_path)


def test_a_certificate_that_names_another_machine_is_found_out(depot: Any, tmp_path: Path) -> None:
    """The common name must be the device's."""
    depot.put(M001=depot.pair("M007"))
    assert "M001: its certificate names M007" in refused(depot, tmp_path)


def test_an_ended_certificate_is_found_out(depot: Any, tmp_path: Path) -> None:
    """A broker would refuse it later and less clearly."""
    depot.put(M001=depot.authority.issue("M001", NOW - timedelta(days=3), timedelta(days=1)))
    assert "M001: the certificate ended on" in refused(depot, tmp_path)


def test_a_certificate_from_the_future_is_found_out(depot: Any, tmp_path: Path) -> None:
    """Most often the clock is wrong, and the sentence says so."""
    depot.put(M001=depot.authority.issue("M001", NOW + timedelta(days=3)))
    assert "Is the clock right?" in refused(depot, tmp_path)


def test_a_foreign_cas_certificate_is_found_out(depot: Any, tmp_path: Path) -> None:
    """A CA of the same name with another key is another CA."""
    depot.put(M001=depot.pair("M001", PlantCa.make("plant1", NOW)))
    assert "M001: its certificate is not the plant CA's" in refused(depot, tmp_path)


def test_a_machine_cannot_be_the_authority(depot: Any, tmp_path: Path) -> None:
    """plant-ca.pem must be a CA's certificate."""
    leaf = depot.pair("M001")
    depot.authority.pair = leaf
    depot.put(("M002",))
    assert "is not the certificate of a CA" in refused(depot, tmp_path)


def test_a_broken_key_is_told(depot: Any, tmp_path: Path) -> None:
    """The machine is named, the key is not shown."""
    depot.put(M001=KeyedCertificate(depot.pair("M001").certificate, "no key"))
    assert "M001: its private key cannot be read" in refused(depot, tmp_path)


def test_certificates_that_end_soon_are_named(depot: Any) -> None:
    """Thirty days ahead: 29 is soon, 31 is not."""
    depot.put(M001=depot.pair("M001", days=29), M002=depot.pair("M002", days=31))
    opened = depot.source().open("shard-0000")
    assert list(verify(opened.manifest, opened.packed, NOW).ending) == ["M001"]


def test_a_bundle_that_cannot_be_unpacked_is_told(depot: Any) -> None:
    """A bundle that is sealed rightly but holds no archive."""
    depot.put()
    with pytest.raises(VerificationError, match="cannot be unpacked"):
        verify(depot.source().open("shard-0000").manifest, b"no gzip", NOW)


@pytest.fixture
def sealed(depot: Any) -> tuple[Manifest, dict[str, bytes]]:
    """A manifest with its files."""
    depot.put()
    bundle = depot.store.read("shard-0000")
    return bundle.manifest, dict(bundle.files)


@pytest.mark.parametrize("path", [key_file("M001"), CA_FILE, "plant-ca.pem", "configuration.json"])
def test_a_missing_file_is_named(sealed: tuple[Manifest, dict[str, bytes]], path: str) -> None:
    """Every machine needs its two files, every shard the common ones."""
    manifest, files = sealed
    del files[path]
    with pytest.raises(VerificationError, match=re.escape(path)):
        check_files(manifest, files)


@pytest.mark.parametrize("path", ["../../etc/cron.d/x", "/etc/passwd", "identities/M009.key.pem"])
def test_a_file_too_many_is_named(sealed: tuple[Manifest, dict[str, bytes]], path: str) -> None:
    """Nothing but the expected is ever written: a path that leads elsewhere least of all."""
    manifest, files = sealed
    files[path] = b"x"
    with pytest.raises(VerificationError, match=re.escape(path)):
        check_files(manifest, files)


def test_a_changed_file_is_named(sealed: tuple[Manifest, dict[str, bytes]]) -> None:
    """Each digest is checked, though the seal already holds."""
    manifest, files = sealed
    files[CA_FILE] += b" "
    with pytest.raises(VerificationError, match=r"ca\.pem does not have its digest"):
        check_files(manifest, files)


def sealed_with(depot: Any, **invalid: KeyedCertificate) -> None:
    """A shard of one machine, with invalid certificates of these kinds."""
    depot.put(("M001",))
    bundle = depot.store.read("shard-0000")
    files = dict(bundle.files)
    for kind, pair in invalid.items():
        files[invalid_certificate_file(InvalidCertificate(kind))] = pair.certificate.encode()
        files[invalid_key_file(InvalidCertificate(kind))] = pair.key.encode()
    depot.store.write("plant1", "shard-0000", "plant", bundle.manifest.identities, files, NOW)


def test_invalid_certificates_are_laid_down_with_the_others(depot: Any, tmp_path: Path) -> None:
    """The expired one is no reason to refuse a bundle: no machine is it."""
    expired = depot.authority.issue("expired", NOW - timedelta(days=2), timedelta(days=1))
    sealed_with(depot, expired=expired, revoked=depot.pair("revoked"))
    run(depot.source(), tmp_path, "shard-0000")

    laid_down = (tmp_path / "shard-0000" / invalid_certificate_file(InvalidCertificate.EXPIRED)).read_text()
    assert laid_down == expired.certificate


def test_an_expired_certificate_that_has_not_ended_is_refused(depot: Any, tmp_path: Path) -> None:
    """A fault that shows it would find the broker's door open, and would blame the broker."""
    sealed_with(depot, expired=depot.pair("expired"))

    assert "invalid/expired.cert.pem has not ended" in refused(depot, tmp_path)


def test_an_invalid_certificate_without_its_key_is_refused(depot: Any, tmp_path: Path) -> None:
    """Half a pair was put there by nobody of ours."""
    depot.put(("M001",))
    bundle = depot.store.read("shard-0000")
    files = {**bundle.files, invalid_certificate_file(InvalidCertificate.REVOKED): b"x"}
    depot.store.write("plant1", "shard-0000", "plant", bundle.manifest.identities, files, NOW)

    assert "invalid/revoked.key.pem is missing" in refused(depot, tmp_path)
