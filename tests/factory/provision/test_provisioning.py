"""Provisioning as a whole, on a mocked real account."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from contracts.identity import (
    CONFIGURATION_FILE,
    PLANT_CA_FILE,
    Identity,
    InvalidCertificate,
    PlantConfiguration,
    certificate_file,
    invalid_certificate_file,
    invalid_key_file,
    key_file,
)
from factory.provision import Provisioner, ProvisionError, ProvisionUsageError, SmtpAccount
from factory.provision.certificates import VALIDITY, PlantCa, certificate_id, common_name


def test_a_second_run_creates_nothing(account: Any) -> None:
    """And its plan is empty."""
    assert account.provision(issuer="plant").created > 0
    assert account.provisioner(issuer="plant").plan().empty
    assert account.provision(issuer="plant").created == 0


def test_the_machines_that_a_scenario_replays_belong_to_the_plant(account: Any) -> None:
    """Also in later runs, which do not name the scenario again."""
    replay = "{device_id: R001, file: /r.csv, signals: {temp: {column: value}}}"
    numbered = account.provision(issuer="plant").machines
    account.provision(issuer="plant", scenario=f"name: r\nreplays: [{replay}]")

    assert account.provision(issuer="plant").machines == numbered + 1
    assert "R001" in {thing["thingName"] for thing in account.client("iot").list_things()["things"]}


def test_a_plan_changes_nothing(account: Any) -> None:
    """It can be shown before anyone has said yes."""
    plan = account.provisioner(issuer="plant").plan()
    assert ("create", "identities", "shard-0000: 3") in {(one.act, one.what, one.name) for one in plan.lines()}
    assert account.client("iot").list_things()["things"] == []
    assert account.client("s3").list_buckets()["Buckets"] == []


def test_each_machine_has_a_thing_and_a_certificate_that_names_it(account: Any) -> None:
    """Attributes from its number: M002 is the second model on the first line."""
    account.provision(issuer="plant")
    iot, files = account.client("iot"), account.bundle().files
    assert iot.describe_thing(thingName="M002")["attributes"] == {
        "plant": "plant1",
        "line": "line1",
        "model": "centrifugal_pump",
    }
    text = files[certificate_file("M002")].decode()
    principals = iot.list_thing_principals(thingName="M002")["principals"]
    assert [arn.rpartition("/")[2] for arn in principals] == [certificate_id(text)]
    assert x509.load_pem_x509_certificate(text.encode()).subject.rfc4514_string() == "CN=M002"


def test_more_machines_leave_the_others_as_they_are(account: Any) -> None:
    """Keys and certificates of the first three stay; two are new."""
    account.provision(issuer="plant")
    before = account.bundle().files
    assert account.provision(5, issuer="plant").machines == 5
    after = account.bundle().files
    assert {path: after[path] for path in before} == before
    assert key_file("M005") in after


def test_fewer_machines_lose_their_rights(account: Any) -> None:
    """The certificate of a machine that is gone is deactivated, its files leave the bundle."""
    account.provision(issuer="plant")
    gone = certificate_id(account.bundle().files[certificate_file("M003")].decode())
    account.provision(2, issuer="plant")
    described = account.client("iot").describe_certificate(certificateId=gone)["certificateDescription"]
    assert described["status"] == "INACTIVE"
    assert key_file("M003") not in account.bundle().files


def test_what_was_taken_away_by_hand_is_made_again(account: Any) -> None:
    """A thing, and a machine's policy: the plan says one enrolment must be repaired each, and keys stay."""
    account.provision(issuer="plant")
    before = account.bundle().files
    iot = account.client("iot")
    arn = iot.list_thing_principals(thingName="M002")["principals"][0]
    iot.detach_policy(policyName=account.names.machine_policy, target=arn)
    iot.update_thing(thingName="M001", attributePayload={"attributes": {"line": "line7"}, "merge": True})
    assert account.provision(issuer="plant").created == 2
    assert account.bundle().files == before
    assert iot.describe_thing(thingName="M001")["attributes"]["line"] == "line1"


def test_a_revoked_certificate_is_replaced(account: Any) -> None:
    """It is of no use to its machine any more."""
    account.provision(issuer="plant")
    before = account.bundle().files
    revoked = certificate_id(before[certificate_file("M001")].decode())
    account.client("iot").update_certificate(certificateId=revoked, newStatus="REVOKED")
    account.provision(issuer="plant")
    after = account.bundle().files
    assert after[certificate_file("M001")] != before[certificate_file("M001")]
    assert after[certificate_file("M002")] == before[certificate_file("M002")]


def test_a_certificate_that_ends_soon_is_renewed(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one stays valid until the next provisioning: machines fetch the new one without haste."""
    issue = PlantCa.issue
    monkeypatch.setattr(PlantCa, "issue", lambda *given, **_: issue(*given[:3], timedelta(days=20)))
    account.provision(2, issuer="plant")
    old = account.bundle().files[certificate_file("M001")].decode()
    monkeypatch.setattr(PlantCa, "issue", issue)
    plan = account.provisioner(2, issuer="plant").plan()
    assert ("renew", "certificates", "shard-0000: 2") in {(one.act, one.what, one.name) for one in plan.lines()}
    account.provision(2, issuer="plant")
    new = x509.load_pem_x509_certificate(account.bundle().files[certificate_file("M001")])
    assert new.not_valid_after_utc > datetime.now(UTC) + VALIDITY - timedelta(days=1)
    described = account.client("iot").describe_certificate(certificateId=certificate_id(old))
    assert described["certificateDescription"]["status"] == "ACTIVE"


def test_another_scenario_keeps_the_keys_and_the_seed(account: Any) -> None:
    """What is not said stays as it was."""
    account.provision(issuer="plant", seed=7, interval_s=2.0)
    before = account.bundle().files
    account.provision(issuer="plant", scenario="name: other\n")
    after = account.bundle().files
    configuration = json.loads(after[CONFIGURATION_FILE])
    assert (configuration["seed"], configuration["interval_s"], configuration["scenario"]) == (7, 2.0, "name: other\n")
    assert after[key_file("M001")] == before[key_file("M001")]


def test_another_issuer_replaces_all_certificates(account: Any) -> None:
    """AWS IoT signs in the machine's name, so there is no plant CA in the bundle."""
    account.provision(2, issuer="plant")
    before = account.bundle().files
    account.provision(2)
    after = account.bundle()
    assert (after.manifest.issuer, PLANT_CA_FILE in after.files) == ("aws", False)
    assert after.files[certificate_file("M001")] != before[certificate_file("M001")]
    assert common_name(after.files[certificate_file("M001")].decode()) == "M001"
    assert account.provision(2).created == 2  # the two certificates of the plant CA are deactivated now
    assert account.provision(2).created == 0


def test_a_certificate_in_another_name_is_refused(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine could not connect with it."""
    provisioner = account.provisioner(1, issuer="aws")
    foreign = PlantCa.make("x", datetime.now(UTC)).issue("somebody", datetime.now(UTC)).certificate
    answer = {"certificatePem": foreign, "certificateArn": "arn", "certificateId": "id"}
    monkeypatch.setattr(provisioner._clients.iot, "create_certificate_from_csr", lambda **_: answer)
    with pytest.raises(ProvisionError, match="signed the request of M001 as 'somebody'"):
        provisioner.carry_out(provisioner.plan())


def test_a_thousand_and_one_machines_are_two_shards(account: Any) -> None:
    """A shard has a thousand; a device beside the numbered ones is in the first."""
    device = Identity(device_id="R001", plant="plant1", line="line1", model="replay")
    shards = account.provisioner(1001, devices=(device,)).plan().fleet.shards
    assert [(shard.shard, len(shard.members)) for shard in shards] == [("shard-0000", 1001), ("shard-0001", 1)]
    assert shards[0].members[-1].device_id == "R001"
    assert shards[1].members[0].device_id == "M1001"


def test_a_fleet_beside_the_machines(account: Any) -> None:
    """Vehicles get a certificate and a thing each, in a bundle of their own."""
    assert account.provision(1, vehicles=2, issuer="plant").machines == 3
    members = account.bundle("shard-9000").manifest.identities
    assert [(one.device_id, one.line, one.model) for one in members] == [
        ("VHC001", "fleet", "van"),
        ("VHC002", "fleet", "truck"),
    ]
    things = account.client("iot").list_things()["things"]
    assert {"VHC001", "VHC002"} <= {one["thingName"] for one in things}


def test_the_size_of_shards_is_kept_and_cannot_be_changed(account: Any) -> None:
    """Five machines in twos are three shards, also for who does not say so again; another size is refused."""
    account.provision(5, issuer="plant", shard_size=2)
    again = account.provision(6, issuer="plant")

    assert dict(again.shards) == {"shard-0000": 2, "shard-0001": 2, "shard-0002": 2}
    with pytest.raises(ProvisionUsageError, match="--shard-size 3: plant1 has shards of 2 machines"):
        account.provision(6, issuer="plant", shard_size=3)


def test_nothing_readable_lies_in_the_bucket(account: Any) -> None:
    """No key is in any object, the CA's neither."""
    account.provision(issuer="plant")
    s3, bucket = account.client("s3"), account.names.identities_bucket
    for one in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        content = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        assert b"PRIVATE KEY" not in content


def test_buckets_are_closed_to_the_public_and_to_plain_http(account: Any) -> None:
    """On a real account also TLS is required; identities have versions."""
    account.provision(0, issuer="plant")
    s3 = account.client("s3")
    for bucket in (account.names.identities_bucket, account.names.lake_bucket):
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert all(block.values())
        assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert s3.get_bucket_versioning(Bucket=account.names.identities_bucket)["Status"] == "Enabled"


def test_a_real_account_gets_no_users_and_no_queue(account: Any) -> None:
    """There programs take on roles, and SNS mails by itself."""
    account.provision(1, issuer="plant")
    assert account.client("iam").list_users()["Users"] == []
    assert "QueueUrls" not in account.client("sqs").list_queues()


def test_a_bundle_that_was_changed_stops_provisioning(account: Any) -> None:
    """Its keys are not guessed at, and nothing is overwritten."""
    account.provision(issuer="plant")
    key = "shard-0000/bundle.enc"
    account.client("s3").put_object(Bucket=account.names.identities_bucket, Key=key, Body=b"changed")
    with pytest.raises(ProvisionError, match="cannot be decrypted"):
        account.provisioner(issuer="plant").plan()


def test_a_refusal_says_what_was_tried(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operation, AWS's code, AWS's sentence."""
    provisioner = account.provisioner(issuer="plant")

    def deny(**_arguments: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "CreateTable")

    monkeypatch.setattr(provisioner._clients.dynamodb, "create_table", deny)
    with pytest.raises(ProvisionError, match=r"make the table .*: CreateTable: AccessDenied: not you"):
        provisioner.carry_out(provisioner.plan())


def test_a_run_that_failed_may_be_repeated(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had enrolled without writing the bundle is deactivated, and everything is whole."""
    provisioner: Provisioner = account.provisioner(issuer="plant")
    plan = provisioner.plan()
    monkeypatch.setattr(provisioner._store, "write", lambda *_: (_ for _ in ()).throw(ProvisionError("the end")))
    with pytest.raises(ProvisionError, match="the end"):
        provisioner.carry_out(plan)
    account.provision(issuer="plant")
    certificates = account.client("iot").list_certificates()["certificates"]
    used = sorted(one["status"] for one in certificates if one["status"] != "REVOKED")
    assert used == ["ACTIVE"] * 3 + ["INACTIVE"] * 3


def invalid_pair(account: Any, kind: InvalidCertificate) -> tuple[x509.Certificate, bytes]:
    """An invalid certificate of the first shard, and its key's text."""
    files = account.bundle().files
    return x509.load_pem_x509_certificate(files[invalid_certificate_file(kind)]), files[invalid_key_file(kind)]


def test_each_shard_has_the_same_invalid_certificates(account: Any) -> None:
    """One that has ended and one that is revoked; neither is a thing's, neither has a policy."""
    account.provision(3, issuer="plant", shard_size=2)
    first, second = account.bundle("shard-0000").files, account.bundle("shard-0001").files
    expired, _ = invalid_pair(account, InvalidCertificate.EXPIRED)
    revoked, _ = invalid_pair(account, InvalidCertificate.REVOKED)
    iot, serial = account.client("iot"), revoked.fingerprint(hashes.SHA256()).hex()
    described = iot.describe_certificate(certificateId=serial)["certificateDescription"]

    assert {path for path in first if path.startswith("invalid/")} == {
        f"invalid/{kind}.{what}.pem" for kind in ("expired", "revoked") for what in ("cert", "key")
    }
    assert all(second[path] == first[path] for path in first if path.startswith("invalid/"))
    assert expired.not_valid_after_utc < datetime.now(UTC) < revoked.not_valid_after_utc
    assert described["status"] == "REVOKED"
    assert iot.list_attached_policies(target=described["certificateArn"])["policies"] == []
    assert iot.list_principal_things(principal=described["certificateArn"])["things"] == []


def test_invalid_certificates_are_left_alone(account: Any) -> None:
    """Neither renewed, as the expired one is, nor repaired, nor taken out of use, whatever else is provisioned."""
    account.provision(3, issuer="plant")
    before = account.bundle().files
    account.provision(2, issuer="plant", scenario="name: other\n")
    after = account.bundle().files

    invalid = [path for path in before if path.startswith("invalid/")]
    assert len(invalid) == 4
    assert [after[path] for path in invalid] == [before[path] for path in invalid]
    assert account.provision(2, issuer="plant").created == 0


def test_a_revoked_certificate_that_became_good_is_made_again(account: Any) -> None:
    """A fault that shows it would find the door open."""
    account.provision(issuer="plant")
    before, _ = invalid_pair(account, InvalidCertificate.REVOKED)
    serial = before.fingerprint(hashes.SHA256()).hex()
    account.client("iot").update_certificate(certificateId=serial, newStatus="ACTIVE")
    account.provision(issuer="plant")

    assert invalid_pair(account, InvalidCertificate.REVOKED)[0] != before


def test_a_bundle_of_before_gets_invalid_certificates(account: Any) -> None:
    """A plant that was provisioned when there were none needs no new keys for its machines."""
    account.provision(issuer="plant")
    bundle = account.bundle()
    files = {path: content for path, content in bundle.files.items() if not path.startswith("invalid/")}
    account.store().write("plant1", "shard-0000", "plant", bundle.manifest.identities, files, datetime.now(UTC))
    account.provision(issuer="plant")

    after = account.bundle().files
    assert len(after) == len(files) + 4
    assert {path: after[path] for path in files} == files


def test_aws_signs_no_expired_certificate(account: Any) -> None:
    """With AWS IoT as the issuer only a revoked one is had; it is revoked there."""
    account.provision(1, issuer="aws")
    revoked, _ = invalid_pair(account, InvalidCertificate.REVOKED)
    statuses = {
        one["certificateId"]: one["status"] for one in account.client("iot").list_certificates()["certificates"]
    }

    assert invalid_certificate_file(InvalidCertificate.EXPIRED) not in account.bundle().files
    assert statuses[revoked.fingerprint(hashes.SHA256()).hex()] == "REVOKED"
    assert account.provision(1, issuer="aws").created == 0


def test_a_new_epoch_is_the_same_for_all_shards_and_leaves_the_rest(account: Any) -> None:
    """Keys, certificates and speed stay; the next provisioning finds nothing to do."""
    account.provision(3, issuer="plant", speed=24.0, shard_size=2)
    before = account.bundle().files
    epoch = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    account.provisioner(3, issuer="plant").begin(epoch)
    bundles = [account.bundle(shard).files for shard in ("shard-0000", "shard-0001")]

    told = [PlantConfiguration.model_validate_json(files[CONFIGURATION_FILE]) for files in bundles]
    assert [(one.started_at, one.speed) for one in told] == [(epoch, 24.0)] * 2
    assert {path for path in before if bundles[0][path] != before[path]} == {CONFIGURATION_FILE}
    assert account.provisioner(3, issuer="plant").plan().empty


def test_a_plant_begins_with_its_first_provisioning(account: Any) -> None:
    """And goes on with that epoch, or a shard that changes hands would begin its scenario again."""
    before = datetime.now(UTC)
    first = account.provision(1, issuer="plant").configuration.started_at
    second = account.provision(2, issuer="plant").configuration.started_at

    assert before <= first <= datetime.now(UTC)
    assert second == first


def test_an_empty_secret_of_a_real_account_waits_for_who_fills_it(account: Any) -> None:
    """Terraform makes it empty; a mail server on localhost, as the local factory's, would be nobody's there."""
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name=account.names.smtp_secret)

    account.provision(1, issuer="aws")
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=account.names.smtp_secret)

    account.provision(1, issuer="aws", smtp=SmtpAccount(host="mail.example.com"))
    assert '"mail.example.com"' in secrets.get_secret_value(SecretId=account.names.smtp_secret)["SecretString"]
