"""What a module of Terraform plans, with a provider that calls nobody: `terraform test` with `mock_provider`.

No account is needed, neither a true one nor a local one; only Terraform and the provider's schema. Where Terraform
cannot initialise (no network, no mirror), the test is skipped and says why.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from terraform_here import REQUIRED, initialise, terraform

TERRAFORM = Path(__file__).parents[2] / "terraform"
ACCOUNT, REGION = "111122223333", "eu-central-1"
"""Of `terraform/tests/mocks`."""
_MODULE = """
module "tried" {{
  source = "{module}"

{arguments}
}}
"""
_TEST = """
mock_provider "aws" {{
  source          = "{mocks}"
  override_during = plan
}}

run "planned" {{
  command = plan
}}
"""


def planned(module: str, directory: Path, **arguments: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """The resources that a module plans: by type, and by key or name, what they will be.

    Args:
        module: name of its folder under `terraform/modules`.
        directory: an empty one, for the root that calls it.
        arguments: of the module.
    """
    told = "\n".join(f"  {name} = jsondecode({json.dumps(json.dumps(value))})" for name, value in arguments.items())
    called = _MODULE.format(module=TERRAFORM / "modules" / module, arguments=_literal(told))
    (directory / "main.tf").write_text(REQUIRED + called)
    (directory / "planned.tftest.hcl").write_text(_TEST.format(mocks=TERRAFORM / "tests" / "mocks"))
    environment = os.environ | {"TF_IN_AUTOMATION": "1"}
    initialise(directory, environment)
    lines = terraform(directory, environment, "test", "-json", "-verbose").stdout.splitlines()
    messages = [json.loads(line) for line in lines]
    plans = [message["test_plan"] for message in messages if message["type"] == "test_plan"]
    assert len(plans) == 1, [message["@message"] for message in messages if message["@level"] == "error"]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in plans[0]["resource_changes"]:
        key = one.get("index", one["name"])
        found.setdefault(one["type"], {})[key] = one["change"]["after"]
    return found


def _literal(text: str) -> str:
    # In a text of Terraform ${ and %{ begin a template.
    return text.replace("${", "$${").replace("%{", "%%{")
