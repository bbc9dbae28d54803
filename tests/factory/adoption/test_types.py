"""The exam of the table of types: each entry against AWS's own model, the configuration and the provider's schema."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import botocore.validate
import pytest
from botocore import xform_name

from factory.adoption.kinds import Kind
from factory.adoption.types import KINDS, NAMELESS, RENEWED
from factory.adoption.words import holes

ROOT = Path(__file__).parents[3]
TERRAFORM = ROOT / "terraform"
CALLS = [kind for kind in KINDS.values() if kind.call]
# Codes that botocore's models do not name, with where they are documented.
NOT_MODELLED = {
    # S3 API reference, "List of error codes" and the GetBucket… operations.
    "NoSuchBucket", "NoSuchBucketPolicy", "NoSuchPublicAccessBlockConfiguration", "NoSuchLifecycleConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError", "OwnershipControlsNotFoundError", "NoSuchCORSConfiguration",
    "ObjectLockConfigurationNotFoundError",
    # SQS developer guide, AWS JSON protocol: the code of the query protocol stays in x-amzn-query-error.
    "AWS.SimpleQueueService.NonExistentQueue",
    # EC2 API reference, "Error codes for the Amazon EC2 API".
    "InvalidGroup.NotFound", "InvalidGroupId.Malformed",
}  # fmt: skip
_RESOURCE = re.compile(r'^\s*resource\s+"([a-z0-9_]+)"', re.MULTILINE)


@cache
def _service_model(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def operation_of(kind: Kind) -> Any:
    """The operation of botocore's model that an entry calls."""
    service = _service_model(kind.service)
    names = {xform_name(name): name for name in service.operation_names}
    return service.operation_model(names[kind.method])


def filled(parameters: Any) -> Any:
    """Parameters with a text of twelve letters in each hole."""
    if isinstance(parameters, str):
        return re.sub(r"\{[^{}]+\}", "0123456789ab", parameters)
    if isinstance(parameters, dict):
        return {name: filled(inner) for name, inner in parameters.items()}
    return [filled(inner) for inner in parameters] if isinstance(parameters, list) else parameters


@pytest.mark.parametrize("kind", CALLS, ids=lambda kind: kind.type)
def test_each_call_is_one_that_aws_would_take(kind: Kind) -> None:
    """The operation exists, and no parameter is missing, unknown or of another type."""
    report = botocore.validate.ParamValidator().validate(filled(dict(kind.parameters)), operation_of(kind).input_shape)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("kind", CALLS, ids=lambda kind: kind.type)
def test_each_answer_has_what_is_read_from_it(kind: Kind) -> None:
    """Items, what is compared, and what the import id is made of are names of the answer's shape."""
    members = set(_names(operation_of(kind).output_shape))
    read = [kind.items, *kind.where, *kind.unusable]
    read += [hole.removeprefix("found.") for hole in holes(kind.import_id) if hole.startswith("found.")]
    words = {word for path in read for word in re.findall(r"[A-Za-z]\w*", re.sub(r"'[^']*'|`[^`]*`|\w+\(", "", path))}
    assert words <= members


@pytest.mark.parametrize("kind", CALLS, ids=lambda kind: kind.type)
def test_each_code_of_a_missing_thing_is_one_of_that_call(kind: Kind) -> None:
    """A misspelt code would make every missing thing a failure."""
    modelled = {shape.error_code for shape in operation_of(kind).error_shapes}
    assert set(kind.missing) <= modelled | NOT_MODELLED


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.type)
def test_an_entry_is_a_call_or_a_probe(kind: Kind) -> None:
    """A call with an import id, or a function that asks by itself."""
    assert bool(kind.call and kind.import_id) != (kind.probe is not None)


def test_a_type_is_looked_for_or_has_a_reason_why_not() -> None:
    """Not both; and each reason is a text."""
    assert KINDS.keys().isdisjoint(NAMELESS)
    assert all(reason.strip() for reason in (*NAMELESS.values(), *RENEWED.values()))


def test_every_type_of_the_configuration_is_in_the_table() -> None:
    """What the root, its modules, the bootstrap and the examples can create."""
    if not TERRAFORM.is_dir():
        pytest.skip("this tree has no terraform/")
    texts = [path.read_text() for path in TERRAFORM.rglob("*.tf") if ".terraform" not in path.parts]
    types = {kind for text in texts for kind in _RESOURCE.findall(text)}
    assert types, "no resource was found: is the pattern still right?"
    assert types - KINDS.keys() - NAMELESS.keys() == set()


@pytest.mark.e2e
def test_each_word_is_an_argument_of_the_provider(tmp_path: Path) -> None:
    """And each type is one that the provider has; asked from its schema, where Terraform can initialise."""
    blocks = _provider_schema(tmp_path)
    missing = sorted({*KINDS, *NAMELESS} - blocks.keys() - {"terraform_data"})
    assert missing == []
    for kind in KINDS.values():
        arguments = {*blocks[kind.type]["attributes"], *blocks[kind.type].get("block_types", {})}
        assert set(_arguments(kind)) <= arguments, kind.type


def _arguments(kind: Kind) -> Iterator[str]:
    """Names of the arguments that an entry's texts name; the owner's are not its own."""
    for hole in holes([dict(kind.parameters), kind.import_id, *kind.where.values()]):
        names = re.findall(r"(?<![.\w'])[a-z_0-9]*[a-z][a-z_0-9]*", re.sub(r"'[^']*'|\w+\(|\.\w+", "", hole))
        yield from (name for name in names if name not in ("account", "partition", "region", "found", "owner"))


def _names(shape: Any, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names of all members of a shape and of what is in it."""
    if shape is None or shape.name in seen:
        return
    for name, member in getattr(shape, "members", {}).items():
        yield name
        yield from _names(member, seen | {shape.name})
    if shape.type_name == "list":
        yield from _names(shape.member, seen | {shape.name})
    if shape.type_name == "map":  # SNS and SQS hand attributes over as a map, by names that are documented only
        yield from ("Policy", "RedrivePolicy", "RedriveAllowPolicy")


def _provider_schema(directory: Path) -> dict[str, Any]:
    provider = {"aws": {"source": "hashicorp/aws", "version": "~> 6.0"}}
    (directory / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": provider}}))
    try:
        init = subprocess.run(
            ["terraform", "init", "-input=false", "-no-color"],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=120,
        )
    except FileNotFoundError:
        pytest.skip("terraform is not installed")
    if init.returncode:
        pytest.skip("terraform cannot initialise here")
    shown = subprocess.run(
        ["terraform", "providers", "schema", "-json"], cwd=directory, capture_output=True, timeout=120, check=True
    )
    schemas = next(iter(json.loads(shown.stdout)["provider_schemas"].values()))["resource_schemas"]
    return {kind: schema["block"] for kind, schema in schemas.items()}
