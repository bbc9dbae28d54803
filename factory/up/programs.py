"""The programs of a local factory: what each is called with and told, and the order in which they stop.

Each is given an environment made from nothing: its own settings, its own credentials, and of the caller's environment
only what every program needs (`INHERITED`).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from contracts.identity import ENGINE_SHARD
from contracts.models import FLEET_MODEL, PLANT_MODELS
from contracts.resources import REGION, Resources
from factory.provision.request import MOST_SHARDS
from factory.up.health import Check, answers, listens, only_disconnected
from factory.up.layout import Layout
from factory.up.options import UpOptions
from factory.up.pulse import ANSWER_S
from factory.up.trained import PROGRAMS

INHERITED = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "PYTHONPATH")
STOP_ORDER = ("simulator", "rules", "prometheus", "alertmanager", "grafana", "verdicts", "model", "mail", "local_aws")
"""The plant first, so that nothing new is said; the broker last, since what was said lies in it."""

MODEL_S = 1800.0
"""How long a program with models may take to become ready, where they are to be trained on a slow machine [s]."""
VERDICTS_LOOK_S, VERDICTS_SETTLE_S, VERDICTS_SO_FAR_S = 5, 10, 60
"""The archive's objects here are written within five seconds, and a person looks on."""

Environment = dict[str, str]


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the factory.

    Args:
        name: what it is called in files and tables.
        title: what people call it.
        argv: command line.
        environment: makes its environment, at each start anew (its credentials may have changed).
        checks: all must hold for it to be called ready; each says what is waited for.
        start_s: how long it may take to become ready [s].
        stop_s: how long it may take to end when asked to, before it is killed as hung [s].
        pulse: asked while it runs; a program that is not well for long by this is started anew.
        needs: name of a program without which it cannot be well.
    """

    name: str
    title: str
    argv: tuple[str, ...]
    environment: Callable[[], Environment]
    checks: tuple[Check, ...] = ()
    start_s: float = 60.0
    stop_s: float = field(default=30.0)
    pulse: Check | None = None
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of others that the factory uses where it is installed."""

    name: str
    title: str
    commands: tuple[str, ...]
    package: str

    def path(self) -> str | None:
        """Where it is installed; none if it is not."""
        # Debian keeps servers in sbin, which is not in every user's path.
        searched = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
        return next(filter(None, (shutil.which(command, path=searched) for command in self.commands)), None)


TOOLS: dict[str, Tool] = {
    "prometheus": Tool("prometheus", "Prometheus", ("prometheus",), "prometheus"),
    "alertmanager": Tool(
        "alertmanager", "Alertmanager", ("prometheus-alertmanager", "alertmanager"), "prometheus-alertmanager"
    ),
    "grafana": Tool("grafana", "Grafana", ("grafana-server",), "grafana (apt.grafana.com)"),
}


def inherited(environ: Mapping[str, str]) -> Environment:
    """What every program gets of the caller's environment."""
    kept = {name: environ[name] for name in INHERITED if name in environ}
    return kept | {"PYTHONUNBUFFERED": "1"}


def module(name: str) -> tuple[str, ...]:
    """Command line of a room's program; a folder of the same name where the caller stands is not looked into."""
    return (sys.executable, "-P", "-m", name)


def aws_environment(options: UpOptions, keys: tuple[str, str]) -> Environment:
    """How boto3 finds the local AWS, as one user of it."""
    return {
        "AWS_ENDPOINT_URL": options.url("aws"),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": keys[0],
        "AWS_SECRET_ACCESS_KEY": keys[1],
        # The caller's own profile and the network's metadata service are none of these programs' business.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class ProgramTable:
    """All programs of a factory with these options.

    Args:
        options: what the caller asked for.
        layout: where things lie.
        keys: access key id and secret of a program's user, looked up at each start.
        environ: the caller's environment.
    """

    def __init__(
        self,
        options: UpOptions,
        layout: Layout,
        keys: Callable[[str], tuple[str, str]],
        environ: Mapping[str, str],
    ) -> None:
        self._options = options
        self._layout = layout
        self._keys = keys
        self._base = inherited(environ)
        self._names = Resources(options.plant, options.account)

    def _as_user(self, user: str, prefix: str, settings: Mapping[str, object]) -> Callable[[], Environment]:
        told = {f"{prefix}_{name}": str(value) for name, value in settings.items()}
        return lambda: self._base | aws_environment(self._options, self._keys(user)) | told

    def local_aws(self) -> Program:
        """The local AWS, root of all."""
        options = self._options
        told = {
            "LOCAL_AWS_HOST": options.host,
            "LOCAL_AWS_HTTP_PORT": str(options.ports["aws"]),
            "LOCAL_AWS_MQTT_PORT": str(options.ports["mqtt"]),
            "LOCAL_AWS_DATA_DIR": str(self._layout.aws.absolute()),
            "LOCAL_AWS_ACCOUNT": options.account,
        }
        page = options.url("aws", "/_ministack/health")
        checks = (answers(page), listens(options.dial_host, options.ports["mqtt"]))
        return Program(
            "local_aws",
            "Local AWS",
            module("factory.local_aws"),
            lambda: self._base | told,
            checks,
            pulse=answers(page, ANSWER_S),
        )

    def init(self, user: str, target: str, *, shards: str, secret: bool = False) -> Program:
        """The init container of a program; runs once and ends."""
        told = {
            "BUCKET": self._names.identities_bucket,
            "SHARDS": shards,
            "TARGET_DIR": self._layout.identities(target).absolute(),
        }
        if secret:
            told["SECRET_ID"] = self._names.smtp_secret
        environment = self._as_user(user, "INIT", told)
        return Program(user, f"Init container of {target}", module("init_container"), environment)

    def mail(self) -> Program:
        """Catcher and subscriber."""
        options = self._options
        told = {
            "SMTP_HOST": options.host,
            "SMTP_PORT": options.ports["smtp"],
            "HTTP_HOST": options.host,
            "HTTP_PORT": options.ports["mail"],
            "DIRECTORY": self._layout.mail.absolute(),
            "QUEUE": self._names.alert_mail_queue,
            "SMTP_SECRET_FILE": self._layout.identities("mail").absolute() / "secrets" / "smtp.json",
        }
        return self._own("mail", "Mail", module("factory.mail"), self._as_user("mail", "MAIL", told))

    def rules(self) -> Program:
        """The engine."""
        options = self._options
        told = {
            "IDENTITIES_DIR": self._layout.identities("rules").absolute() / ENGINE_SHARD,
            "MQTT_HOST": "localhost",
            "MQTT_PORT": options.ports["mqtt"],
            "PLANT": options.plant,
            "ACCOUNT": options.account,
            "HTTP_HOST": options.host,
            "HTTP_PORT": options.ports["rules"],
        } | ({"MORE_RULES_DIR": options.own_rules.directory.absolute()} if options.own_rules else {})
        program = self._own("rules", "Rules engine", module("rules"), self._as_user("rules", "RULES", told))
        # What the plant says before the engine is subscribed, the broker keeps for nobody: ready is more than well. And
        # away from the broker it is not hung: it comes back by itself, and anew it would be no nearer.
        ready = answers(options.url("rules", "/readyz"))
        pulse = answers(options.url("rules", "/healthz"), ANSWER_S, only_disconnected)
        return replace(program, checks=(ready,), pulse=pulse)

    def simulator(self) -> Program:
        """The plant."""
        options = self._options
        told = {
            "IDENTITIES_DIR": self._layout.identities("simulator").absolute(),
            "MQTT_HOST": "localhost",
            "MQTT_PORT": options.ports["mqtt"],
            "LEASES_TABLE": self._names.leases_table,
            "DATA_DIR": self._layout.root.absolute(),
            "HTTP_HOST": options.host,
            "HTTP_PORT": options.ports["simulator"],
            "MAX_SHARDS": MOST_SHARDS,  # nobody else is there who could play the others
        }
        environment = self._as_user("simulator", "SIMULATOR", told)
        return self._own("simulator", "Simulator", module("simulator"), environment)

    def model(self) -> Program:
        """The model's server; the first time it trains the model, which takes minutes."""
        options = self._options
        told = {
            "MODEL_SERVER_HTTP_HOST": options.host,
            "MODEL_SERVER_HTTP_PORT": str(options.ports["model"]),
            "MODEL_SERVER_ENDPOINT": self._names.fleet_endpoint,
            "MODEL_SERVER_TIMEZONE": options.fleet_zone,
        }
        argv, models = self._with_models("fleet", FLEET_MODEL, FLEET_MODEL)
        page = options.url("model", "/ping")
        return Program(
            "model",
            "Model server",
            argv,
            lambda: self._base | told | models,
            (answers(page),),
            start_s=MODEL_S,
            pulse=answers(page, ANSWER_S),
        )

    def verdicts(self) -> Program:
        """The job that judges the plant's machines; the first time it trains its models, which takes minutes."""
        options = self._options
        argv, models = self._with_models("plant", "", PLANT_MODELS["maintenance_needed"])
        told = {
            "PLANT": options.plant,
            "LAKE": f"s3://{self._names.lake_bucket}",
            "LOOK_SECONDS": VERDICTS_LOOK_S,
            "SETTLE_SECONDS": VERDICTS_SETTLE_S,
            "SO_FAR_SECONDS": VERDICTS_SO_FAR_S,
            "HTTP_HOST": options.host,
            "HTTP_PORT": options.ports["verdicts"],
        }
        environment = self._as_user("verdicts", "VERDICTS", told)
        program = self._own("verdicts", "Verdict job", argv, lambda: environment() | models)
        return replace(program, start_s=MODEL_S)

    def _with_models(self, what: str, folder: str, named: str) -> tuple[tuple[str, ...], Environment]:
        """Command line and settings of a program with models: the caller's if they are there, else made on the way.

        Args:
            what: one of `trained.PROGRAMS`.
            folder: below the caller's models, where the program finds what it needs.
            named: a model that is there if they are.
        """
        models = self._options.models
        if models is None or not (models / named).is_dir():
            return (*module("factory.up.trained"), what), {}
        program = PROGRAMS[what]
        return module(program.module), {program.variable: str((models / folder).absolute())}

    def _own(self, name: str, title: str, argv: tuple[str, ...], environment: Callable[[], Environment]) -> Program:
        """A program of ours, which tells on `/healthz` how it is."""
        page = self._options.url(name, "/healthz")
        return Program(
            name, title, argv, environment, (answers(page),), pulse=answers(page, ANSWER_S), needs="local_aws"
        )
