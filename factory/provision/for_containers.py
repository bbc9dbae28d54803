"""What containers are given as files: each program's AWS key, and passwords that are drawn here.

A container sees the directory of its own program alone, read-only. On AWS there are no such keys: a task takes on a
role, and its secrets are injected from Secrets Manager.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from contracts.files import PRIVATE, write_whole
from factory.provision.errors import ProvisionError
from factory.provision.users import AccessKey

PROFILE_FILE = "credentials"
"""As AWS names it: a program reads it by AWS_SHARED_CREDENTIALS_FILE."""
DRAWN = ("grafana_admin_password",)


def write_profiles(directory: Path, keys: Mapping[str, AccessKey]) -> None:
    """Write each program's key as `PROGRAM/credentials`, in the form of AWS's own tools; readable by its owner alone.

    Args:
        directory: where the programs' directories are; what is missing is made.
        keys: by program.

    Raises:
        ProvisionError: the directory cannot be written.
    """
    for program, key in keys.items():
        text = (
            "[default]\n"
            f"aws_access_key_id = {key.access_key_id}\n"
            f"aws_secret_access_key = {key.secret_access_key}\n"
        )  # fmt: skip
        _write(directory / program / PROFILE_FILE, text)


def draw_secrets(directory: Path, names: tuple[str, ...] = DRAWN) -> list[str]:
    """Draw the passwords that are not there yet, a file each; returns the names of those that were drawn.

    Raises:
        ProvisionError: the directory cannot be written.
    """
    missing = [name for name in names if not (directory / name).exists()]
    for name in missing:
        _write(directory / name, secrets.token_urlsafe(18))
    return missing


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, text, mode=PRIVATE)
    except OSError as error:
        raise ProvisionError(f"{path} cannot be written: {error.strerror}.") from None
