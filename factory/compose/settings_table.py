"""`python -m factory.compose.settings_table PAGE`: which setting does what, in compose and on ECS, as a page.

Names, meanings and defaults come from the settings models, values from docker-compose.yml, and what differs on ECS is
told here; a test compares the page with what this renders.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from factory.compose.engine import COMPOSE_FILE
from factory.local_aws.settings import LocalAwsSettings
from factory.mail.settings import MailSettings
from factory.model_links import ModelLinksSettings
from init_container.settings import InitSettings
from maintenance.models.fetch import FetchSettings
from maintenance.server.settings import ModelServerSettings
from maintenance.verdicts.settings import VerdictSettings
from rules.loading import CATALOG_DIR
from rules.settings import RulesSettings
from simulator.settings import SimulatorSettings

PAGE = Path("docs/container-settings.md")


class Told(NamedTuple):
    """A program in containers.

    Args:
        title: what people call it.
        services: of docker-compose.yml that run it.
        model: its settings.
        on_ecs: why it is not there; empty if it is.
    """

    title: str
    services: tuple[str, ...]
    model: type[BaseSettings]
    on_ecs: str = ""


PROGRAMS = (
    Told("Simulator", ("simulator",), SimulatorSettings),
    Told("Init container", ("init-simulator", "init-rules", "init-mail"), InitSettings),
    Told("Rules engine", ("rules",), RulesSettings, "the rules are IoT Core's own"),
    Told("Model server", ("model",), ModelServerSettings, "SageMaker runs it"),
    Told("Fetching of the models", (), FetchSettings),
    Told("Verdict job", ("verdicts",), VerdictSettings),
    Told("Mail", ("mail",), MailSettings, "mail goes through the SMTP account of the secret, and SNS sends by itself"),
    Told("Local AWS", ("aws",), LocalAwsSettings, "there it is AWS"),
    Told(
        "Training of the models", ("models",), ModelLinksSettings, "there `factory train` runs each week and publishes"
    ),
)
ON_ECS = {
    "SIMULATOR_MQTT_HOST": "endpoint of IoT Core, `iot:Data-ATS`",
    "SIMULATOR_TRUTH_BUCKET": "the truth bucket",
    "SIMULATOR_SHIP_AND_REMOVE": "`true`",
    "INIT_BUCKET": "as in compose, with the account's number",
    "INIT_AWAIT_URL": "—",
    "INIT_FILES": "init-prometheus, init-mail: what `dashboards/generated/aws` has",
    "INIT_VALUES": "init-prometheus: plant, region, the address of the history and what goes there",
    "INIT_SHARDS": "as in compose; init-prometheus: `none`",
    "MODELS_BUCKET": "the models bucket",
    "MODELS_TARGET_DIR": "`/models/plant`",
    # Firehose writes each 300 s, and each look is paid for.
    "VERDICTS_LOOK_SECONDS": "`30`",
    "VERDICTS_SETTLE_SECONDS": "`360`",
    "VERDICTS_SO_FAR_SECONDS": "—",
    "VERDICTS_LAKE": "as in compose, with the account's number",
    "VERDICTS_MODELS_DIR": "as in compose: a volume of the task, filled from the models bucket",
}
"""What is not as in compose."""
AWS = (
    ("AWS_ENDPOINT_URL", "address of the local AWS, for boto3", "— : AWS itself"),
    ("AWS_DEFAULT_REGION", "region, for boto3", "the account's region"),
    ("AWS_REGION", "the same, for other libraries", "the account's region"),
    ("AWS_SHARED_CREDENTIALS_FILE", "file with the program's key", "— : the task's role"),
    (
        "AWS_ENDPOINT_URL_IOT_DATA_PLANE",
        "address of IoT's data plane, for the verdict job",
        "`https://` and the endpoint",
    ),
    ("AWS_EC2_METADATA_DISABLED", "nobody is asked for an instance's role", "—"),
)
_SAME = "a container of that name"
_ON_ECS_CALLED = {
    "Init container": "`init-simulator` (identities), `init-mail` (Alertmanager's file) and `init-prometheus`",
    "Fetching of the models": "`init-models`, before the verdict job",
}
_VARIABLE = re.compile(r"\$\{(\w+):-[^}]*\}")
_HEAD = """\
# Settings in containers

Which setting does what, in `docker-compose.yml` and in the task definitions of ECS: the same images, commands, paths
and names. Written by `python -m factory.compose.settings_table`; a test compares it with the settings models and with
the compose file.

In compose a word in capitals is a variable of `.env` (`.env.example`). "—" is: not set, so that what stands under "by
itself" holds. A secret is a file in the directory that `SECRETS_DIR` names, called as the setting in small letters; on
ECS it is injected as the variable itself, from Secrets Manager. A variable goes before a file.
"""


def page() -> str:
    """The whole page."""
    services = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))["services"]
    return "\n".join([_HEAD, *_aws_part(services), *(line for told in PROGRAMS for line in _part(told, services))])


def _aws_part(services: dict[str, Any]) -> list[str]:
    given = services["simulator"]["environment"]
    rows = [
        f"| `{name}` | {meaning} | {_in_compose(given[name]) if name in given else '—'} | {ecs} |"
        for name, meaning, ecs in AWS
    ]
    head = ["| setting | meaning | in compose | on ECS |", "|---|---|---|---|"]
    return ["## AWS, for all programs that call it", "", *head, *rows, ""]


def _part(told: Told, services: dict[str, Any]) -> list[str]:
    where = ", ".join(f"`{service}`" for service in told.services)
    here = f"In compose {where}. " if where else "Not in compose. "
    here += f"Not on ECS: {told.on_ecs}." if told.on_ecs else f"On ECS {_ON_ECS_CALLED.get(told.title, _SAME)}."
    head = ["| setting | meaning | by itself | in compose | on ECS |", "|---|---|---|---|---|"]
    prefix = str(told.model.model_config["env_prefix"])
    given = {service: services[service].get("environment", {}) for service in told.services}
    rows = [_row(f"{prefix}{name.upper()}", field, given, told) for name, field in told.model.model_fields.items()]
    return [f"## {told.title}", "", here, "", *head, *rows, ""]


def _row(name: str, field: FieldInfo, given: dict[str, dict[str, str]], told: Told) -> str:
    values = {service: _in_compose(there[name]) for service, there in given.items() if name in there}
    if len(set(values.values())) > 1 or 0 < len(values) < len(given):
        compose = "; ".join(f"{service}: {value}" for service, value in values.items()) or "—"
    else:
        compose = next(iter(values.values()), "—")
    if "PASSWORD" in name:
        compose, ecs = f"— (a secret: file `{name.lower()}`)", "— (a secret: injected)"
    else:
        ecs = ON_ECS.get(name, "as in compose" if values else "—")
    return (
        f"| `{name}` | {field.description} | {_by_itself(field)} | {compose} | {'not there' if told.on_ecs else ecs} |"
    )


def _by_itself(field: FieldInfo) -> str:
    if field.is_required():
        return "(needed)"
    if field.default is None or field.default == "":
        return "(none)"
    if field.default == CATALOG_DIR:
        return "the catalog of the package"
    return f"`{field.default}`"


def _in_compose(value: object) -> str:
    return f"`{_VARIABLE.sub(lambda found: found[1], str(value))}`"


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
