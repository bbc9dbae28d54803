"""The fleet's pipeline on a local AWS, with a model's endpoint in a test's hand and the real mail program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import httpx
from live_factory import free_ports, wait_until
from model_endpoint import ModelEndpoint

from contracts.resources import FLEET_INBOX, Resources
from factory.provision import FleetRequest, ProvisionRequest, SmtpAccount, provision
from maintenance.fleet.table import unwire


class FleetStack:
    """What a test needs of a fleet.

    Args:
        local: the local AWS.
        directory: for mails and logs.
    """

    def __init__(self, local: Any, directory: Path) -> None:
        self.local = local
        self.model = ModelEndpoint()
        self.smtp_port, self.mail_port = free_ports(2)
        request = ProvisionRequest(
            machines=1,
            endpoint_url=local.endpoint,
            fleet=FleetRequest(model_url=self.model.url),
            smtp=SmtpAccount(port=self.smtp_port),
        )
        made = provision(request, local.session())
        self.names: Resources = made.names
        self.keys = made.credentials
        self._mail = self._start_mail(directory)

    def _start_mail(self, directory: Path) -> subprocess.Popen[bytes]:
        key = self.keys["mail"]
        told = {
            "MAIL_DIRECTORY": str(directory / "mails"),
            "MAIL_SMTP_PORT": str(self.smtp_port),
            "MAIL_HTTP_PORT": str(self.mail_port),
            "MAIL_QUEUE": self.names.alert_mail_queue,
            "MAIL_RECIPIENT": "operator@localhost",
            "AWS_ENDPOINT_URL": self.local.endpoint,
            "AWS_DEFAULT_REGION": self.names.region,
            "AWS_ACCESS_KEY_ID": key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        }
        with (directory / "mail.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "factory.mail"], env={**os.environ, **told}, stdout=log, stderr=log
            )
        wait_until("the mail program is up", lambda: httpx.get(f"{self.mail_url}/healthz").status_code == 200, 30)
        return process

    @property
    def mail_url(self) -> str:
        """The mail program's page."""
        return f"http://127.0.0.1:{self.mail_port}"

    def client(self, service: str) -> Any:
        """A client of root's."""
        return self.local.session().client(service, endpoint_url=self.local.endpoint)

    def client_of(self, program: str, service: str) -> Any:
        """A client of a program's user."""
        key = self.keys[program]
        session = boto3.Session(key.access_key_id, key.secret_access_key, region_name=self.names.region)
        return session.client(service, endpoint_url=self.local.endpoint)

    def hand_in(self, name: str, body: bytes) -> None:
        """Put an object into the inbox, as the fleet's user."""
        self.client_of("fleet", "s3").put_object(Bucket=self.names.fleet_bucket, Key=FLEET_INBOX + name, Body=body)

    def items(self, vehicle: str | None = None) -> list[dict[str, Any]]:
        """All items, or those of a vehicle, by their keys."""
        found: list[dict[str, Any]] = []
        for page in self.client("dynamodb").get_paginator("scan").paginate(TableName=self.names.fleet_readings_table):
            found += map(unwire, page["Items"])
        chosen = [item for item in found if vehicle in (None, item["device_id"])]
        return sorted(chosen, key=lambda item: (item["device_id"], item["timestamp"]))

    def mails(self, word: str = "") -> list[dict[str, Any]]:
        """Caught mails with a word in their subject."""
        found: list[dict[str, Any]] = httpx.get(f"{self.mail_url}/api/messages", timeout=10).json()
        return [mail for mail in found if word in mail["subject"]]

    def log_lines(self) -> list[dict[str, Any]]:
        """What the function logged, of its own lines."""
        pages = self.client("logs").get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{self.names.fleet_function}"
        )  # fmt: skip
        messages = [event["message"] for page in pages for event in page["events"]]
        return [json.loads(message) for message in messages if message.startswith("{")]

    def waiting(self, queue: str) -> int:
        """Messages in a queue, handed out or not."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(count) for name, count in told.items() if name.startswith("ApproximateNumberOf"))

    def close(self) -> None:
        """End the mail program and the model."""
        self._mail.terminate()
        self._mail.wait(timeout=30)
        self.model.stop()
