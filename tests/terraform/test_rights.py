"""Each role on AWS may make every call that its programs were seen to make, and none that others make.

Ours were seen by the tests that run them on a local AWS (`recorded_calls.py`); of AWS's own services and of the makers'
programs it is their pages that say what they call. What judges is the emulator's own evaluation of policies, the same
that refuses calls in those tests. Roles of rules have a test of their own (`test_rules.py`), as each is made of its
actions.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from example_plans import KEYS, NAMES, example, managed
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document
from recorded_calls import Call, written

from contracts.resources import REGION as LOCAL_REGION
from factory.provision.policies import sqs_arn

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ARN = f"arn:aws:{{}}:{NAMES.region}:{NAMES.account}"
WORKSPACE = f"{ARN.format('aps')}:workspace/ws-0123456789abcdef"
LOGS = f"{ARN.format('logs')}:log-group:/aws/lambda/{NAMES.fleet_function}"
LAKE, MODELS = f"arn:aws:s3:::{NAMES.lake_bucket}", f"arn:aws:s3:::{NAMES.models_bucket}"
DOCUMENTED: dict[str, set[Call]] = {
    # Amazon Managed Service for Prometheus, user guide: "IAM permissions and policies", remote write.
    "prometheus": {Call("aps:RemoteWrite", WORKSPACE)},
    # Grafana, "Amazon CloudWatch data source", metrics; and AMP's user guide, "Set up Grafana", to query.
    "grafana": {
        *(Call(f"cloudwatch:{action}", "*") for action in ("GetMetricData", "ListMetrics", "DescribeAlarmsForMetric")),
        *(
            Call(f"aps:{action}", WORKSPACE)
            for action in ("QueryMetrics", "GetLabels", "GetSeries", "GetMetricMetadata")
        ),
    },
    # Firehose, developer guide: "Grant Firehose access to an Amazon S3 destination".
    "firehose": {
        *(Call(f"s3:{action}", LAKE) for action in ("GetBucketLocation", "ListBucketMultipartUploads")),
        *(
            Call(f"s3:{action}", f"{LAKE}/raw/plant=plant1/some")
            for action in ("PutObject", "GetObject", "AbortMultipartUpload")
        ),
    },
    # Lambda, developer guide: "Using Lambda with Amazon SQS", and "Sending function logs"; SageMaker, API reference,
    # InvokeEndpoint: the endpoint of the tests is not in the emulator, which would ask for the right to it.
    "lambda": {
        *(
            Call(f"sqs:{action}", sqs_arn(NAMES, NAMES.fleet_retry_queue))
            for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        ),
        *(Call(f"logs:{action}", f"{LOGS}:log-stream:some") for action in ("CreateLogStream", "PutLogEvents")),
        Call("sagemaker:InvokeEndpoint", f"{ARN.format('sagemaker')}:endpoint/{NAMES.fleet_endpoint}"),
    },
    # maintenance/models/fetch.py and publish.py, which no test runs with a right of their own.
    "init-models": {
        Call("s3:ListBucket", MODELS, (("s3:prefix", "plant-life/"),)),
        Call("s3:GetObject", f"{MODELS}/some"),
    },
    "training": {Call("s3:PutObject", f"{MODELS}/some")},
}
SERVICES = r"module\.services\[0\]\.module\.{}(\[0\])?\.aws_iam_role_policy\.task\[0\]$"
ROLES = {
    "simulator": (SERVICES.format("simulator"), ("init-simulator", "simulator")),
    "alertmanager": (SERVICES.format("alertmanager"), ("init-mail",)),
    "verdicts": (SERVICES.format("verdicts"), ("verdicts", "init-models")),
    "prometheus": (SERVICES.format("prometheus"), ("prometheus",)),
    "grafana": (SERVICES.format("grafana"), ("grafana",)),
    "training": (SERVICES.format("training"), ("training",)),
    "fleet-function": (r"module\.fleet\.aws_iam_role_policy\.function$", ("fleet-function", "lambda")),
    "firehose": (r"module\.lake\.aws_iam_role_policy\.archive$", ("firehose",)),
    "flow": (r"module\.network\.aws_iam_role_policy\.flow$", ()),
    "schedule": (r"module\.services\[0\]\.aws_iam_role_policy\.schedule\[0\]$", ()),
    "iot-logging": (r"module\.identity\.aws_iam_role_policy\.logging$", ()),
    "iot-audit": (r"module\.identity\.aws_iam_role_policy\.audit_topic\[0\]$", ()),
}
"""Whose policy it is, and the programs that act under it."""
SHARED: dict[str, set[Call]] = {
    # Both are at the archive: one reads what the other has written.
    "verdicts": {Call("s3:GetObject", f"{LAKE}/raw/plant=plant1/some")},
    # Firehose's own page wants the list of the bucket without a condition.
    "firehose": {Call("s3:ListBucket", LAKE, (("s3:prefix", f"{prefix}/some"),)) for prefix in ("raw", "verdicts")},
}
"""What a role may do as others do it, and why that is right."""
KEY_OF = {"init-simulator": KEYS["identities"], "init-rules": KEYS["identities"], "fleet-function": KEYS["fleet"]}
"""Key that a program's own calls of KMS are on; the local factory has one for each as well."""


def calls() -> dict[str, set[Call]]:
    """All calls, by program, as they are in the account of the plan."""
    return {program: {there(program, call) for call in made} for program, made in written().items()} | DOCUMENTED


def there(program: str, call: Call) -> Call:
    """A call of the local account in that of the plan."""
    resource = call.resource.replace(LOCAL_REGION, NAMES.region).replace("0" * 12, NAMES.account)
    if ":key/" in resource:
        resource = KEY_OF[program]
    return Call(call.action, resource, call.context)


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The policy of each role of `examples/production`, in which everything is there."""
    documents = managed(example("production", tmp_path_factory), "aws_iam_role_policy")
    found = {}
    for role, (pattern, _) in ROLES.items():
        (found[role],) = (one["policy"] for address, one in documents.items() if re.search(pattern, address))
    return found


def allows(policy: str, call: Call) -> bool:
    """Whether a policy by itself lets a call pass."""
    request = EvalContext(
        principal_arn=f"arn:aws:sts::{NAMES.account}:assumed-role/some/session",
        principal_type="AssumedRole",
        principal_account=NAMES.account,
        action=call.action,
        resource_arn=call.resource,
        region=NAMES.region,
        source_ip="10.0.0.1",
        secure_transport=True,
        service_context={key.lower(): value for key, value in call.context},
    )
    return bool(evaluate(request, [parse_policy_document(policy)]).decision == "Allow")


def test_all_programs_were_seen() -> None:
    """Those of the local factory, each with a call at least; else a role would be held against nothing."""
    plant = {"init-simulator", "init-rules", "init-mail", "simulator", "rules", "mail", "verdicts"}

    assert set(written()) >= plant | {"fleet", "fleet-function"}
    assert all(written().values())
    assert {program for _, programs in ROLES.values() for program in programs} <= calls().keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_programs_do_and_nothing_that_others_do(policies: dict[str, str], role: str) -> None:
    """Of all calls of all programs it allows exactly its own, and what is shared for a reason."""
    every = calls()
    own = {call for program in ROLES[role][1] for call in every[program]} | SHARED.get(role, set())

    allowed = {call for made in every.values() for call in made if allows(policies[role], call)}
    assert allowed == own


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_nothing_in_another_plant(policies: dict[str, str], role: str) -> None:
    """The same calls on things of plant2; where AWS knows no resource, there is none of another plant either."""
    others = {
        Call(call.action, call.resource.replace("plant1", "plant2"), call.context)
        for made in calls().values()
        for call in made
        if "plant1" in call.resource
    }

    assert len(others) > 20
    assert {call for call in others if allows(policies[role], call)} == set()


def test_a_star_too_many_would_be_seen(policies: dict[str, str]) -> None:
    """A policy that allows what another program does differs from its own calls, as does one that lacks a right."""
    every = {call for made in calls().values() for call in made}
    document = json.loads(policies["verdicts"])
    wider: Any = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{LAKE}/*"}

    widened = json.dumps(document | {"Statement": [*document["Statement"], wider]})
    narrowed = json.dumps(document | {"Statement": document["Statement"][1:]})  # without the archive's list
    allowed = {call for call in every if allows(policies["verdicts"], call)}
    assert {call for call in every if allows(widened, call)} > allowed
    assert {call for call in every if allows(narrowed, call)} < allowed
