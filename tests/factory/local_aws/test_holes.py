"""Another emulator than the one whose holes are known is refused."""

from __future__ import annotations

import importlib.metadata
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factory.local_aws import holes
from factory.local_aws.errors import EmulatorMovedError
from factory.local_aws.journal import ItemJournal


def test_the_installed_emulator_is_the_one_that_is_known() -> None:
    """Fails when the pin moves: then the holes must be looked for again."""
    holes.check_version()
    assert importlib.metadata.version("ministack") == "1.5.33"


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which version would be right."""
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "1.6.0")
    with pytest.raises(EmulatorMovedError, match=r"ministack 1\.6\.0 .* 1\.5\.33"):
        holes.check_version()


@pytest.mark.parametrize("name", sorted(holes._IOT_NAMES))
def test_a_name_that_is_gone_is_refused(name: str) -> None:
    """Every name that is replaced or read is checked before anything is."""
    from ministack.services import iot

    without = types.SimpleNamespace(
        __name__="iot", **{key: value for key, value in vars(iot).items() if key not in (name, "__name__")}
    )
    with pytest.raises(EmulatorMovedError, match=name):
        holes.close_iot(without, "127.0.0.1")


def test_a_name_that_became_something_else_is_refused() -> None:
    """A function that is no longer a coroutine would be replaced wrongly."""
    from ministack.services import iot

    other = types.SimpleNamespace(**(vars(iot) | {"_mtls_start_locked": lambda: None}))
    with pytest.raises(EmulatorMovedError, match="_mtls_start_locked"):
        holes.close_iot(other, "127.0.0.1")


def test_the_holes_are_there_without_us() -> None:
    """If the emulator closes one by itself, this fails and our closing of it can go."""
    from ministack.services import iot

    assert iot._MAX_QUEUED_MESSAGES == 1000
    assert iot._parsed_iot_policy.cache_parameters()["maxsize"] == 1024
    assert iot._BASIC_INGEST_PREFIX == "$aws/rules/"
    assert not iot._reserved_filter_subscribe_allowed("$aws/rules/#")
    assert iot._subscription_matches("#", "$aws/rules/archive/a")
    assert not iot._POLICY_VARIABLE_RE.search("${iot:Connection.Thing.Attributes[line]}")


def test_a_policy_knows_the_attributes_of_an_attached_thing() -> None:
    """As AWS fills them in (developer guide, "Thing policy variables"); one that is not there stays a variable."""
    from ministack.services import iot

    with iot.request_scope("000000000000", "us-east-1"):
        iot._things["M001"] = {"attributes": {"line": "line1"}}
    known = {"iot:connection.thing.thingname": "M001"}
    of_attached, of_others = (
        holes._with_attributes(iot, lambda *_client, found=found: dict(found)) for found in (known, {})
    )
    client = ("000000000000", "us-east-1", "certificate", "M001")
    try:
        assert of_attached(*client) == known | {"iot:connection.thing.attributes[line]": "line1"}
        assert of_others(*client) == {}
    finally:
        with iot.request_scope("000000000000", "us-east-1"):
            del iot._things["M001"]
    found = holes._POLICY_VARIABLE.findall(
        "a/${iot:Connection.Thing.Attributes[line]}/${iot:Connection.Thing.ThingName}"
    )
    assert found == ["iot:Connection.Thing.Attributes[line]", "iot:Connection.Thing.ThingName"]


@pytest.mark.parametrize(
    ("topic_filter", "allowed"),
    [
        ("$aws/rules/#", True),
        ("$aws/rules/archive/#", False),
        ("$share/group/$aws/rules/#", False),
        ("$aws/jobs/#", False),
        ("a/#", True),
    ],
)
def test_of_the_reserved_filters_one_more_is_allowed(topic_filter: str, allowed: bool) -> None:
    """The engine's; all others are refused as on AWS (developer guide, "Reserved topics")."""
    from ministack.services import iot

    assert holes._allowing_basic_ingest(iot._reserved_filter_subscribe_allowed)(topic_filter) == allowed


@pytest.mark.parametrize(
    ("topic_filter", "topic", "selected"),
    [
        ("#", "$aws/rules/archive/a", False),
        ("+/rules/archive/a", "$aws/rules/archive/a", False),
        ("$aws/rules/#", "$aws/rules/archive/a", True),
        ("#", "a/b", True),
        ("a/+", "a/b", True),
    ],
)
def test_basic_ingest_is_heard_by_name_only(topic_filter: str, topic: str, selected: bool) -> None:
    """Whoever listens to everything does not listen to what is meant for one rule."""
    from ministack.services import iot

    assert holes._keeping_basic_ingest(iot._subscription_matches)(topic_filter, topic) == selected


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"EncryptionContext": 3}', b"\xff"])
def test_a_request_without_an_encryption_context_has_none(body: bytes) -> None:
    """Whatever a caller sends is no reason to fall over."""
    assert holes.encryption_context(body) == {}


@pytest.mark.parametrize(
    ("target", "action"),
    [
        ("AmazonSQS.SendMessageBatch", "sqs:SendMessage"),
        ("AmazonSQS.SendMessage", "sqs:SendMessage"),
        ("AmazonSQS.ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
    ],
)
def test_a_batch_needs_the_right_of_one_message(target: str, action: str) -> None:
    """IAM knows no right to a batch (Service Authorization Reference, Amazon SQS)."""
    from ministack.core import iam_actions

    named = holes._as_iam_names_it(iam_actions.extract_iam_action)

    assert action == named("sqs", "POST", "/", {"x-amz-target": target}, b"", {})


@pytest.mark.parametrize("name", sorted([*holes._DYNAMODB_NAMES, *holes._LAMBDA_NAMES]))
def test_names_of_items_and_functions_that_are_gone_are_refused(name: str, tmp_path: Path) -> None:
    """As those of the broker are."""
    from ministack.services import cloudwatch, cloudwatch_logs, dynamodb, lambda_svc

    closes = (
        (dynamodb, lambda module: holes.close_dynamodb(module, ItemJournal(tmp_path))),
        (lambda_svc, lambda module: holes.close_lambda(module, cloudwatch_logs, cloudwatch, 1)),
    )
    module, close = closes[0] if name in holes._DYNAMODB_NAMES else closes[1]
    without = types.SimpleNamespace(
        __name__="module", **{key: value for key, value in vars(module).items() if key not in (name, "__name__")}
    )
    with pytest.raises(EmulatorMovedError, match=name):
        close(without)


def test_executions_take_turns() -> None:
    """No more at once than there are turns; one that calls itself in the same thread needs no second turn."""
    running, most = 0, 0
    lock = threading.Lock()

    def execute(depth: int) -> int:
        nonlocal running, most
        if depth:
            return int(in_turn(depth - 1))
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return 7

    in_turn = holes._taking_turns(execute, 2)
    with ThreadPoolExecutor(8) as pool:
        assert [7] * 8 == list(pool.map(in_turn, [1] * 8))

    assert 2 == most


def test_a_functions_key_cannot_be_computed() -> None:
    """The session that the emulator would give is gone; the drawn one has the role, and is the same for each worker."""
    sessions: dict[str, dict[str, str]] = {}

    def credentials_of(_config: object) -> dict[str, str]:
        sessions["ASIAKNOWN"] = {"Arn": "arn:of:role", "SecretAccessKey": "known", "SessionToken": "known"}
        return {"AWS_ACCESS_KEY_ID": "ASIAKNOWN", "AWS_SECRET_ACCESS_KEY": "known", "AWS_SESSION_TOKEN": "known"}

    sts = types.SimpleNamespace(_sessions=sessions, register_session=sessions.__setitem__)
    drawn = holes._drawn(credentials_of, sts)

    first, second = drawn({}), drawn({})

    assert first == second
    assert "known" not in first.values()
    assert {first["AWS_ACCESS_KEY_ID"]: "arn:of:role"} == {key: session["Arn"] for key, session in sessions.items()}
    assert sessions[first["AWS_ACCESS_KEY_ID"]]["SecretAccessKey"] == first["AWS_SECRET_ACCESS_KEY"]
    assert first != holes._drawn(credentials_of, sts)({})


def test_old_log_streams_of_functions_are_forgotten() -> None:
    """The oldest go; what is no function's log stays."""
    groups = {
        "/aws/lambda/f": {"streams": {f"s{number}": {} for number in range(5)}},
        "elsewhere": {"streams": {f"s{number}": {} for number in range(5)}},
    }

    holes.forget_old_streams(groups, kept=2)

    assert ["s3", "s4"] == list(groups["/aws/lambda/f"]["streams"])
    assert 5 == len(groups["elsewhere"]["streams"])


def test_old_values_of_functions_are_forgotten() -> None:
    """The oldest go; what others measure stays."""
    values = {("AWS/Lambda", "Duration", ()): [1, 2, 3], ("Own", "Duration", ()): [1, 2, 3]}

    holes.forget_old_values(values, kept=2)

    assert [[2, 3], [1, 2, 3]] == list(values.values())


def test_numbers_are_examined_once_and_as_before() -> None:
    """Whatever is sent as a number is judged as without us."""
    examined: list[object] = []

    def examine(text: object) -> str:
        examined.append(text)
        return f"{text}!"

    remembering = holes._remembering(examine)

    assert ["1.5!", "1.5!", "[1]!"] == [remembering("1.5"), remembering("1.5"), remembering([1])]
    assert ["1.5", [1]] == examined
