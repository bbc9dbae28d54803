"""What a Prometheus has to know of its factory."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from dashboards.thresholds import Thresholds

DEFAULT_RUNBOOKS = "https://github.com/smart-factory/smart-factory/blob/main/docs/runbooks"


class PrometheusRequest(BaseModel):
    """Addresses and intervals; the defaults are those of a factory on one machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plant: str = Field(default="plant1", description="Label `plant` of alarms that have none of their own.")
    simulators: tuple[str, ...] = Field(default=("127.0.0.1:9100",), description="host:port of each simulator.")
    rules_engines: tuple[str, ...] = Field(default=("127.0.0.1:9101",), description="host:port of each engine.")
    mail_catchers: tuple[str, ...] = Field(default=("127.0.0.1:8025",), description="host:port of each mail catcher.")
    model_servers: tuple[str, ...] = Field(
        default=("127.0.0.1:8080",), description="host:port of each model server that has begun to serve."
    )
    verdict_jobs: tuple[str, ...] = Field(
        default=("127.0.0.1:9102",), description="host:port of each verdict job that has begun."
    )
    alertmanagers: tuple[str, ...] = Field(default=("127.0.0.1:9093",), description="host:port of each Alertmanager.")
    itself: str = Field(default="127.0.0.1:9090", description="host:port under which it scrapes itself.")
    looked_up: dict[str, str] = Field(
        default={},
        description="NAME:PORT by job, in the place of its host:port: each address that DNS knows by NAME is a target.",
    )
    own_path: str = Field(default="", description="Path under which it is served itself, as /prometheus.")
    alertmanager_path: str = Field(default="", description="Path under which Alertmanager is, as /alertmanager.")
    scrape_interval_s: float = Field(default=1, ge=0.1, le=300, description="Time between scrapes [s].")
    evaluation_interval_s: float = Field(default=2, ge=0.5, le=300, description="Time between evaluations [s].")
    reading_interval_s: float = Field(default=1, gt=0, description="Time between readings of a machine [s].")
    runbooks_url: str = Field(default=DEFAULT_RUNBOOKS, description="Address under which the runbooks are read.")
    thresholds: Thresholds = Thresholds()

    @property
    def keeps_account(self) -> bool:
        """Whether messages are counted at both ends here: where the rules engine is AWS's, CloudWatch counts them."""
        return bool(self.rules_engines) or "rules" in self.looked_up
