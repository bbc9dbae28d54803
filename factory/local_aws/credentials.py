"""Key of the local account's root: made once, kept beside the state."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from factory.local_aws.errors import LocalAwsError

ROOT_FILE = "root-credentials.json"


@dataclass(frozen=True, slots=True)
class RootCredentials:
    """Access key of the local account's root."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


def root_credentials(data_dir: Path) -> RootCredentials:
    """The root's key of the local AWS whose state is in that directory; made at the first call.

    The emulator's own root key is `test`/`test`, known to every program on the machine; so the secret is drawn here.
    Whoever can read the file (mode 0600) is root of the local account.

    Args:
        data_dir: the launcher's `LOCAL_AWS_DATA_DIR`.
    """
    path = data_dir / ROOT_FILE
    if path.exists():  # also where this program may only read
        return _read(path)
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = RootCredentials("AKIAROOT" + secrets.token_hex(6).upper(), secrets.token_urlsafe(30))
    draft = data_dir / f".{ROOT_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(fresh)) + "\n")
    try:
        # A link is made or is not: two programs that start together agree on one key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)


def _read(path: Path) -> RootCredentials:
    try:
        return RootCredentials(**json.loads(path.read_text()))
    except (ValueError, TypeError):
        raise LocalAwsError(
            f"{path} is not a file of root credentials.", remedy="Move the data directory away to begin anew."
        ) from None
