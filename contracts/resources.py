"""What the factory's things are called on AWS, local or real: one function or property a name.

`factory provision` makes them, the programs' settings default to them, Terraform uses the same names.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "smart-factory"
PLANT_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$"
"""A plant's name, 18 characters at most: the load balancer is `smart-factory-PLANT`, and AWS takes 32 there (Elastic
Load Balancing API reference, CreateLoadBalancer). Terraform's variables have the same pattern."""
THING_TYPE = f"{PREFIX}-machine"
REGION = "us-east-1"
RULES_ENGINE = "rules-engine"
"""Thing name and MQTT client id of the local rules engine."""
FLEET_RULE = "fleet_vehicles"
"""Name of the rule that hands vehicles' messages to the fleet's function."""
VERDICTS_MEMORY = "verdicts/"
"""Prefix of the lake's bucket under which the verdict job keeps the readings that its verdicts rest on."""
FLEET_INBOX = "inbox/"
"""Prefix of the fleet's bucket under which an object starts the pipeline; what lies elsewhere does not."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Names of one plant's things in one account.

    Example:
        >>> Resources("plant1", "000000000000").lake_bucket
        'smart-factory-plant1-lake-000000000000'
    """

    plant: str
    account: str
    region: str = REGION

    @property
    def _stem(self) -> str:
        return f"{PREFIX}-{self.plant}"

    @property
    def lake_bucket(self) -> str:
        """Archive and quarantine: `raw/…`, `quarantine/…`, `errors/…`; and what verdicts rest on: `verdicts/…`."""
        return f"{self._stem}-lake-{self.account}"

    @property
    def identities_bucket(self) -> str:
        """Encrypted identity bundles with their configuration: `SHARD/manifest.json`, `SHARD/bundle.enc`."""
        return f"{self._stem}-identities-{self.account}"

    @property
    def models_bucket(self) -> str:
        """Trained models: `NAME/VERSION/model.tar.gz`, and the card beside it."""
        return f"{self._stem}-models-{self.account}"

    @property
    def truth_bucket(self) -> str:
        """What really happened, apart from what was told.

        `segments/…` are ledger and ground truth as simulators ship them (`contracts.segments`), `truth/wear/…` the wear
        tables of simulators and of backfills.
        """
        return f"{self._stem}-truth-{self.account}"

    @property
    def logs_bucket(self) -> str:
        """Access logs of the load balancer (`load-balancer/…`) and of the other buckets (`s3/BUCKET/…`)."""
        return f"{self._stem}-logs-{self.account}"

    @property
    def glue_database(self) -> str:
        """The data catalog's database of the lake's tables; Athena wants no dashes in it.

        Example:
            >>> Resources("plant-1", "000000000000").glue_database
            'smart_factory_plant_1'
        """
        return self._stem.replace("-", "_").lower()

    @property
    def athena_workgroup(self) -> str:
        """Athena's workgroup, with its limit of what a question may read."""
        return self._stem

    @property
    def leases_table(self) -> str:
        """DynamoDB, key `shard` (S): who plays which machines."""
        return f"{self._stem}-leases"

    @property
    def alerts_topic(self) -> str:
        """SNS topic of critical values."""
        return f"{self._stem}-alerts"

    @property
    def alerts_topic_arn(self) -> str:
        """ARN of the SNS topic."""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.alerts_topic}"

    @property
    def alert_mail_queue(self) -> str:
        """SQS queue between the topic and the subscriber that sends its messages by SMTP (local only)."""
        return f"{self._stem}-alert-mail"

    @property
    def smtp_secret(self) -> str:
        """Secrets Manager: JSON with `host`, `port`, `username`, `password`, `sender`, `recipient`."""
        return f"{PREFIX}/{self.plant}/smtp"

    @property
    def plant_ca_secret(self) -> str:
        """Secrets Manager: JSON with `certificate` and `key` (PEM) of the plant's own CA, where it has one."""
        return f"{PREFIX}/{self.plant}/plant-ca"

    @property
    def key_alias(self) -> str:
        """KMS key that wraps the data keys of identity bundles."""
        return f"alias/{self._stem}"

    @property
    def thing_group(self) -> str:
        """All machines of the plant."""
        return self._stem

    @property
    def machine_policy(self) -> str:
        """IoT policy: connect as oneself, publish to one's own topics."""
        return f"{self._stem}-machine"

    @property
    def engine_policy(self) -> str:
        """IoT policy of the local rules engine."""
        return f"{self._stem}-{RULES_ENGINE}"

    @property
    def archive_stream(self) -> str:
        """Firehose delivery stream of the archive."""
        return f"{self._stem}-archive"

    @property
    def fleet_bucket(self) -> str:
        """What vehicles' gateways hand in: `inbox/…`."""
        return f"{self._stem}-fleet-{self.account}"

    @property
    def fleet_key_alias(self) -> str:
        """KMS key of the fleet's bucket and tables."""
        return f"alias/{self._stem}-fleet"

    @property
    def fleet_readings_table(self) -> str:
        """DynamoDB, key `device_id` (S), `timestamp` (S): what vehicles told, with the model's verdict."""
        return f"{self._stem}-fleet-readings"

    @property
    def fleet_vehicles_table(self) -> str:
        """DynamoDB, key `device_id` (S): what is set for single vehicles, `threshold_c` and `recipients`."""
        return f"{self._stem}-fleet-vehicles"

    @property
    def fleet_alerts_table(self) -> str:
        """DynamoDB, key `alert` (S): which alerts were told, and when."""
        return f"{self._stem}-fleet-alerts"

    @property
    def fleet_topic(self) -> str:
        """SNS topic of the fleet's alerts."""
        return f"{self._stem}-fleet-alerts"

    @property
    def fleet_topic_arn(self) -> str:
        """ARN of the fleet's topic."""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.fleet_topic}"

    @property
    def fleet_retry_queue(self) -> str:
        """SQS: readings whose verdict is missing."""
        return f"{self._stem}-fleet-retries"

    @property
    def fleet_dead_letters(self) -> str:
        """SQS: lines and events that cannot be used, with the reason."""
        return f"{self._stem}-fleet-dead-letters"

    @property
    def fleet_function(self) -> str:
        """The Lambda function that judges vehicles."""
        return f"{self._stem}-fleet"

    @property
    def fleet_function_arn(self) -> str:
        """ARN of that function."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.fleet_function}"

    @property
    def fleet_function_role(self) -> str:
        """IAM role that the function takes on."""
        return f"{self._stem}-fleet-function"

    @property
    def fleet_endpoint(self) -> str:
        """SageMaker endpoint of the fleet's model."""
        return f"{self._stem}-fleet"

    def role_arn(self, name: str) -> str:
        """ARN of a role that a rule's action takes on.

        Example:
            >>> Resources("plant1", "000000000000").role_arn("archive")
            'arn:aws:iam::000000000000:role/smart-factory-plant1-rule-archive'
        """
        return f"arn:aws:iam::{self.account}:role/{self._stem}-rule-{name}"

    def user(self, program: str) -> str:
        """IAM user of a program of the local factory."""
        return f"{self._stem}-{program}"
