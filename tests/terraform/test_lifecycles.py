"""What no plan shows: what is not destroyed, what is made before its predecessor goes, what comes first, the state.

`terraform test` and `show -json` know nothing of a resource's `lifecycle` and little of its `depends_on`, so that they
are read in the text.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factory.terraform_files import Block, read_folder

TERRAFORM = Path(__file__).parents[2] / "terraform"

LIFECYCLES = {
    # Without the state nobody knows what is to be destroyed.
    "bootstrap aws_s3_bucket.state": "prevent_destroy = true",
    # A listener always has a certificate; ACM refuses to delete one in use.
    "edge aws_acm_certificate.this": "create_before_destroy = true",
    # Both cannot be changed: the endpoint moves over while the old ones still serve.
    "fleet aws_sagemaker_model.this": "create_before_destroy = true",
    "fleet aws_sagemaker_endpoint_configuration.this": "create_before_destroy = true",
    # SageMaker does not turn a serverless endpoint into one on instances, nor back: it is made anew.
    "fleet aws_sagemaker_endpoint.this": 'replace_triggered_by = [terraform_data.endpoint_kind["model"]]',
    # The number of tasks is autoscaling's.
    "service aws_ecs_service.scaled": "ignore_changes = [desired_count]",
    # AWS fixes the threshold at 1; a difference would replace the name under which tasks are found.
    "service aws_service_discovery_service.this": "ignore_changes = [health_check_custom_config]",
}
ORDER = {
    # S3 refuses two changes of a bucket's rights at a time, and expiry of versions where there are none.
    "bootstrap aws_s3_bucket_policy.state": {"aws_s3_bucket_public_access_block.state"},
    "bootstrap aws_s3_bucket_lifecycle_configuration.state": {"aws_s3_bucket_versioning.state"},
    "lake aws_s3_bucket_policy.this": {"aws_s3_bucket_public_access_block.this"},
    "lake aws_s3_bucket_lifecycle_configuration.this": {"aws_s3_bucket_versioning.this"},
    # The bucket of logs must let S3 in before S3 is told to write there.
    "lake aws_s3_bucket_logging.this": {"aws_s3_bucket_policy.this"},
    # Firehose tries its role and its bucket when the stream is made.
    "lake aws_kinesis_firehose_delivery_stream.archive": {"aws_s3_bucket.this", "aws_iam_role_policy.archive"},
    # A rule that comes before its role's rights sends its first messages to the error action.
    "ingestion aws_iot_topic_rule.catalog": {"aws_iam_role_policy.rule"},
    # AWS IoT makes the group by itself, without a key and without an end.
    "identity aws_iot_logging_options.this": {"aws_cloudwatch_log_group.iot", "aws_iam_role_policy.logging"},
    # An audit that is told of roles finds them able to do what they are for.
    "identity aws_cloudformation_stack.audit": {
        "aws_iam_role_policy_attachment.audit",
        "aws_iam_role_policy.audit_topic",
    },
    # Lambda looks at the rights to its dead letters, and makes a log group without an end where there is none.
    "fleet aws_lambda_function.this": {
        "aws_iam_role_policy.function",
        "aws_cloudwatch_log_group.function",
        "aws_sqs_queue.dead_letters",
    },
    # S3 tries whether it may call the function.
    "fleet aws_s3_bucket_notification.inbox": {"aws_lambda_permission.this"},
    # SageMaker pulls image and model when they are named; its endpoint makes a log group where there is none.
    "fleet aws_sagemaker_model.this": {"aws_iam_role_policy.model"},
    "fleet aws_sagemaker_endpoint.this": {"aws_cloudwatch_log_group.endpoint"},
    # A task that starts before its roles may do anything ends, and the circuit breaker counts it.
    "service aws_ecs_service.fixed": {"aws_iam_role_policy.execution", "aws_iam_role_policy.task"},
    "service aws_ecs_service.scaled": {"aws_iam_role_policy.execution", "aws_iam_role_policy.task"},
    # AWS refuses an address and a gateway in a VPC whose way to the internet is not there yet.
    "network aws_eip.nat": {"aws_internet_gateway.this"},
    "network aws_nat_gateway.this": {"aws_internet_gateway.this"},
    # Container Insights writes as long as the cluster is there, and makes a log group where there is none.
    "services aws_ecs_cluster.this": {"aws_cloudwatch_log_group.insights"},
    # The topic lets AWS Budgets in before a budget names it.
    "observability aws_budgets_budget.this": {"aws_sns_topic_policy.alarms"},
}

OUTPUTS_WAIT = {
    # Whoever writes into a bucket finds it encrypted and closed; a load balancer tries it at once.
    "lake bucket_names": {
        "aws_s3_bucket_policy.this",
        "aws_s3_bucket_ownership_controls.this",
        "aws_s3_bucket_server_side_encryption_configuration.this",
    },
    # AWS refuses a load balancer where the way to the internet is not there yet.
    "network public_subnet_ids": {"aws_route.public_internet"},
}


def resource_of(name: str) -> Block:
    """The block of `FOLDER TYPE.LABEL`; the folder's name is that of a module, or bootstrap."""
    folder, address = name.split()
    where = TERRAFORM / folder if folder == "bootstrap" else TERRAFORM / "modules" / folder
    found = [block for block in read_folder(where).all("resource") if ".".join(block.labels) == address]
    return found[0]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_what_is_kept_is_kept(name: str) -> None:
    """Neither destroyed, nor missed for a moment, nor taken back from somebody else's hand."""
    told = [lifecycle.attributes for lifecycle in resource_of(name).all("lifecycle")]

    assert [f"{key} = {value}" for attributes in told for key, value in attributes.items()] == [LIFECYCLES[name]]


@pytest.mark.parametrize("name", ORDER)
def test_what_must_be_there_first_is_made_first(name: str) -> None:
    """More may be waited for, but not less."""
    waits_for = re.findall(r"\w+\.\w+", resource_of(name).attributes.get("depends_on", ""))

    assert set(waits_for) >= ORDER[name]


def test_each_lifecycle_and_each_order_has_its_reason() -> None:
    """So that one that comes or goes is looked at here."""
    folders = sorted({path.parent for path in TERRAFORM.rglob("main.tf") if ".terraform" not in path.parts})
    resources = {
        f"{folder.name} {'.'.join(block.labels)}": block
        for folder in folders
        for block in read_folder(folder).all("resource")
    }
    kept = {name for name, block in resources.items() for one in block.all("lifecycle") if one.attributes}
    ordered = {name for name, block in resources.items() if "depends_on" in block.attributes}

    assert kept == set(LIFECYCLES)
    assert ordered == set(ORDER)


def test_what_is_handed_on_waits_for_what_makes_it_usable() -> None:
    """Terraform makes at once whatever does not wait."""
    waiting = {
        f"{path.parent.name} {output.labels[0]}": set(re.findall(r"\w+\.\w+", output.attributes["depends_on"]))
        for path in TERRAFORM.glob("modules/*/outputs.tf")
        for output in read_folder(path.parent).all("output")
        if "depends_on" in output.attributes
    }
    assert waiting == OUTPUTS_WAIT


def test_the_state_is_encrypted_and_locked() -> None:
    """Two applies at a time would each write the other's work over."""
    (terraform,) = read_folder(TERRAFORM).all("terraform")
    (backend,) = terraform.all("backend")

    assert backend.labels == ("s3",)
    assert [backend.attributes[name] for name in ("encrypt", "use_lockfile")] == ["true", "true"]


def test_the_plant_hands_on_what_its_parts_ask_for_by_the_same_name() -> None:
    """Else a part would go by a default of its own: logs would end, or people come in, otherwise than was said."""
    plant = read_folder(TERRAFORM / "modules" / "factory")
    own = {one.labels[0] for one in plant.all("variable")}
    for call in plant.all("module"):
        part = read_folder(TERRAFORM / "modules" / "factory" / call.attributes["source"].strip('"'))
        asked = {one.labels[0] for one in part.all("variable")}

        assert own & asked <= call.attributes.keys(), call.labels


def test_only_a_trial_lets_go_of_what_it_holds() -> None:
    """Buckets, tables, load balancer, keys and secrets: `trial` is off unless somebody says so."""
    plant = read_folder(TERRAFORM / "modules" / "factory")
    (trial,) = [one for one in plant.all("variable") if one.labels == ("trial",)]
    lets_go = {
        "deletion_window_days": "var.trial ? 7 : 30",
        "secret_recovery_days": "var.trial ? 0 : 30",
        "delete_images_with_repositories": "var.trial",
        "force_destroy": "var.trial",
        "deletion_protection": "!var.trial",
    }

    assert trial.attributes["default"] == "false"
    for call in plant.all("module"):
        part = read_folder(TERRAFORM / "modules" / "factory" / call.attributes["source"].strip('"'))
        asked = {one.labels[0] for one in part.all("variable")} & lets_go.keys()
        assert {name: call.attributes.get(name) for name in asked} == {name: lets_go[name] for name in asked}
