"""Taking the machines away again, in a mocked account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from factory.commands.unprovision import unprovision
from factory.provision import ProvisionRequest
from factory.provision.removal import Leaving, Remover, patiently


def remover(account: Any, plant: str = "plant1") -> Remover:
    """For a plant of the account."""
    return Remover(ProvisionRequest(plant=plant, machines=0), account.session)


def listed(account: Any) -> dict[str, list[Any]]:
    """What AWS IoT has of machines, and the objects of their bundles."""
    iot, s3 = account.client("iot"), account.client("s3")
    bucket = account.names.identities_bucket
    return {
        "things": iot.list_things()["things"],
        "certificates": iot.list_certificates()["certificates"],
        "targets": iot.list_targets_for_policy(policyName=account.names.machine_policy)["targets"],
        "bundles": s3.list_objects_v2(Bucket=bucket).get("Contents", []),
    }


@pytest.mark.parametrize("issuer", ["aws", "plant"])
def test_nothing_of_the_machines_is_left_and_all_else_stays(account: Any, issuer: str) -> None:
    """Then the policy can be deleted, which AWS IoT refuses while a certificate has it."""
    account.provision(3, vehicles=1, issuer=issuer)
    leaving = remover(account).survey()
    done: list[tuple[int, str]] = []

    remover(account).carry_out(leaving, lambda count, what: done.append((count, what)))

    # Three machines, a vehicle, the revoked certificate that no thing has, and two bundles.
    assert sorted(leaving.things) == ["M001", "M002", "M003", "VHC001"]
    assert (len(leaving.certificates), leaving.shards) == (1, ("shard-0000", "shard-9000"))
    assert leaving.work == len(done) == 7
    assert listed(account) == {"things": [], "certificates": [], "targets": [], "bundles": []}
    account.client("iot").delete_policy(policyName=account.names.machine_policy)
    assert len(account.client("s3").list_buckets()["Buckets"]) == 3
    assert account.client("iot").list_thing_groups()["thingGroups"][0]["groupName"] == account.names.thing_group


def test_certificates_of_before_go_as_well(account: Any) -> None:
    """Those of a machine that is no longer asked for: inactive, without rights, still at its thing."""
    account.provision(3, issuer="aws")
    account.provision(1, issuer="aws")

    remover(account).carry_out(remover(account).survey())

    assert listed(account) == {"things": [], "certificates": [], "targets": [], "bundles": []}


def test_another_plants_machines_stay(account: Any) -> None:
    """They are told apart by their attribute `plant`, their policy and their bucket."""
    account.provision(1, plant="plant2", issuer="aws", devices=())
    account.client("iot").create_thing(thingName="M777", attributePayload={"attributes": {"plant": "plant1"}})

    leaving = remover(account).survey()
    remover(account).carry_out(leaving)

    assert leaving == Leaving({"M777": ()}, (), ())
    assert [one["thingName"] for one in account.client("iot").list_things()["things"]] == ["M001"]
    assert len(account.client("iot").list_certificates()["certificates"]) == 2


def test_an_account_without_anything_has_nothing_to_take_away(account: Any) -> None:
    """Nor is that an error."""
    assert remover(account).survey() == Leaving({}, (), ())


def test_a_plant_can_be_provisioned_anew_afterwards(account: Any) -> None:
    """With new keys."""
    account.provision(1, issuer="aws")
    before = account.bundle().files["identities/M001.key.pem"]
    remover(account).carry_out(remover(account).survey())

    account.provision(1, issuer="aws")

    assert account.bundle().files["identities/M001.key.pem"] != before


def refused(code: str) -> ClientError:
    """As boto3 raises it."""
    return ClientError({"Error": {"Code": code, "Message": "still attached"}}, "DeleteThing")


@pytest.mark.parametrize("code", ["InvalidRequestException", "DeleteConflictException"])
def test_what_is_attached_for_a_moment_longer_is_waited_for(code: str) -> None:
    """DetachThingPrincipal is asynchronous (API reference): it may take some seconds."""
    answers: list[ClientError | None] = [refused(code), refused(code), None]
    slept: list[float] = []

    def delete() -> None:
        if (error := answers.pop(0)) is not None:
            raise error

    patiently(delete, slept.append)

    assert (answers, len(slept)) == ([], 2)


@pytest.mark.parametrize(("code", "pauses"), [("ThrottlingException", 0), ("DeleteConflictException", 3)])
def test_another_refusal_is_told_at_once_and_this_one_in_the_end(code: str, pauses: int) -> None:
    """Nothing waits for ever."""
    slept: list[float] = []

    def delete() -> None:
        raise refused(code)

    with pytest.raises(ClientError, match=code):
        patiently(delete, slept.append, patience_s=3.0)
    assert len(slept) == pauses


@pytest.fixture
def environment(account: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An account whose credentials are in the environment, as on a person's machine."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    account.provision(2, issuer="aws")
    return account


def test_a_real_account_is_not_touched_without_a_yes(environment: Any) -> None:
    """The line before the question says how much it is."""
    answered = CliRunner().invoke(unprovision, [], input="n\n")

    assert answered.exit_code == 1
    assert "2 things, 3 certificates, 1 bundles" in answered.output
    assert "The machines' keys cannot be had again" in answered.output
    assert len(listed(environment)["things"]) == 2


def test_a_plan_changes_nothing_and_is_told_as_json(environment: Any) -> None:
    """Names, ARNs and bundles."""
    planned = CliRunner().invoke(unprovision, ["--plan-only", "--json"], standalone_mode=False, catch_exceptions=False)

    told = json.loads(planned.stdout)
    assert (told["things"], told["bundles"], told["taken_away"]) == (["M001", "M002"], ["shard-0000"], False)
    assert len(told["certificates"]) == 3
    assert len(listed(environment)["things"]) == 2


def test_yes_takes_it_away_without_asking(environment: Any) -> None:
    """For scripts; a second time there is nothing to do."""
    for things in (2, 0):
        done = CliRunner().invoke(unprovision, ["--yes", "--json"], standalone_mode=False, catch_exceptions=False)
        assert len(json.loads(done.stdout)["things"]) == things
    assert listed(environment)["certificates"] == []
