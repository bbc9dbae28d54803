"""Runs once before the plant: fetches identities and configuration, verifies them, lays them down.

`python -m init_container` reads bundles from S3, has KMS unwrap their data keys, checks every digest, key, name, date
and signature, and then exchanges the target's shards in one step each. Twice changes nothing.
"""

from __future__ import annotations

from init_container.errors import AwsUnavailableError, InitError, VerificationError
from init_container.steps import run

__all__ = ["AwsUnavailableError", "InitError", "VerificationError", "run"]
