"""Names on AWS keep within AWS's own rules."""

from __future__ import annotations

import re

from contracts.resources import Resources

RESOURCES = Resources("plant1", "123456789012")


def test_bucket_names_are_valid() -> None:
    """Buckets have 3 to 63 lower-case letters, digits and hyphens (S3 user guide, bucket naming rules)."""
    for name in (RESOURCES.lake_bucket, RESOURCES.identities_bucket, RESOURCES.models_bucket):
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name)


def test_two_plants_never_share_a_name() -> None:
    """Every name carries the plant."""
    other = Resources("plant2", "123456789012")
    names = [
        "lake_bucket",
        "identities_bucket",
        "models_bucket",
        "leases_table",
        "alerts_topic",
        "smtp_secret",
        "key_alias",
    ]

    assert all(getattr(RESOURCES, name) != getattr(other, name) for name in names)
