"""What the init container does, from top to bottom: fetch, decrypt, verify, and only then write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from contracts.identity import MANIFEST_FILE
from init_container.errors import VerificationError
from init_container.files import filled
from init_container.lay_down import lay_down, remove
from init_container.source import Source
from init_container.verify import Verified, verify

SECRETS, FILES = "secrets", "files"
SECRET_FILE = "smtp.json"  # noqa: S105 - a file's name
_MACHINE_SHARD = re.compile(r"shard-\d{4}")


def run(
    source: Source,
    target: Path,
    shards: str,
    secret_id: str = "",
    files: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> None:
    """Lay identities, secret and files down in the target directory; nothing is written before all of it is verified.

    Args:
        source: S3, KMS and Secrets Manager.
        target: directory.
        shards: `all`, `none` or names with commas.
        secret_id: secret to be laid down; empty for none.
        files: texts to be filled in and laid down, by path.
        values: what names in them stand for, beside the fields of the secret.

    Raises:
        SettingsError: a file asks for a value that nobody has.
        AwsUnavailableError: AWS cannot be reached, or refuses.
        VerificationError: something is not as it was provisioned.
    """
    log = structlog.get_logger("init-container")
    names: Sequence[str] = () if shards == "none" else source.shards() if shards == "all" else shards.split(",")
    log.info("found", shards=list(names))
    texts: dict[str, bytes] = {}
    verified = []
    for name in names:
        opened = source.open(name)
        log.info("decrypted", shard=name, key_id=opened.manifest.envelope.key_id, bytes=len(opened.packed))
        good = verify(opened.manifest, opened.packed, datetime.now(UTC))
        log.info("verified", shard=name, identities=len(good.manifest.identities), files=len(good.files))
        _warn(good)
        texts[name] = opened.manifest_text
        verified.append(good)
    secret = _secret(source, secret_id) if secret_id else None
    whole = filled(files or {}, {**(values or {}), **_fields(secret)})
    changed = [_write(target, good, texts[good.manifest.shard]) for good in verified]
    if secret is not None:
        changed.append(lay_down(target / SECRETS, {SECRET_FILE: secret}))
        log.info("secret laid down" if changed[-1] else "secret unchanged", secret=secret_id)
    if whole:
        changed.append(lay_down(target / FILES, whole))
        log.info("files laid down" if changed[-1] else "files unchanged", files=sorted(whole))
    if shards == "all":
        changed += [_drop(path) for path in sorted(target.iterdir()) if _surplus(path, names)]
    log.info("done" if any(changed) else "done, nothing changed", target=str(target))


def _warn(good: Verified) -> None:
    if good.ending:
        first = min(good.ending, key=lambda device: good.ending[device])
        structlog.get_logger("init-container").warning(
            "certificates end within 30 days",
            shard=good.manifest.shard,
            certificates=len(good.ending),
            first=first,
            ends=good.ending[first].isoformat(),
            remedy="Run factory provision: it renews them.",
        )


def _secret(source: Source, secret_id: str) -> bytes:
    text = source.secret(secret_id)
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise VerificationError(f"The secret {secret_id} is not a JSON object.")
    structlog.get_logger("init-container").info("secret read", secret=secret_id)
    return text.encode()


def _fields(secret: bytes | None) -> dict[str, str]:
    """The secret's fields, as names in files call them."""
    parsed = json.loads(secret) if secret is not None else {}
    return {f"secret.{field}": "" if value is None else str(value) for field, value in parsed.items()}


def _write(target: Path, good: Verified, manifest_text: bytes) -> bool:
    shard = good.manifest.shard
    changed = lay_down(target / shard, {**good.files, MANIFEST_FILE: manifest_text})
    structlog.get_logger("init-container").info(
        "laid down" if changed else "unchanged", shard=shard, directory=str(target / shard)
    )
    return changed


def _surplus(path: Path, names: Sequence[str]) -> bool:
    return path.is_dir() and path.name not in names and _MACHINE_SHARD.fullmatch(path.name) is not None


def _drop(directory: Path) -> bool:
    remove(directory)
    structlog.get_logger("init-container").info("removed", shard=directory.name, reason="it is no longer in the bucket")
    return True
