"""Adopting what exists: what Terraform would create and AWS has already becomes Terraform's, and nothing is lost by it.

A plan's JSON goes in, decisions come out (`plan`, `naming`, `outcome`); a table says how each type is found and by
which id it is imported (`types`); around them a thin shell of Terraform and boto3 (`adopting`, `terraform`, `aws`).
"""

from __future__ import annotations

from factory.adoption.adopting import Adoption, adopt
from factory.adoption.answers import Answer, Finding
from factory.adoption.aws import Aws
from factory.adoption.errors import AdoptionError, AdoptionUsageError
from factory.adoption.terraform import Terraform

__all__ = [
    "Adoption",
    "AdoptionError",
    "AdoptionUsageError",
    "Answer",
    "Aws",
    "Finding",
    "Terraform",
    "adopt",
]
