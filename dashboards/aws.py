"""What Prometheus, Alertmanager and Grafana read on ECS: who is there, which rules hold, and what panels ask.

Names are those of the images (`dashboards.containers`): `SERVICE.factory.internal`. What differs: of each program there
may be several, found by DNS; the rules engine and the mail catcher are AWS's own, so that CloudWatch's alarm keeps the
account of messages and the pipeline's panels ask CloudWatch; Prometheus sends what shall outlive its disk to Amazon
Managed Prometheus; mail goes through the SMTP account of the secret.

What only the account knows stands as `${name}` in the files of Prometheus and Alertmanager, which know no variables:
the init container fills it in (`init_container.files`). Grafana fills in variables of its environment by itself.
"""

from __future__ import annotations

from typing import Any

from dashboards.alertmanager.files import AlertmanagerRequest
from dashboards.alertmanager.files import configuration as alertmanager_configuration
from dashboards.containers import ALERTMANAGER_PATH, GRAFANA_PATH, PORTS, PROMETHEUS_PATH, address
from dashboards.grafana.cloudwatch import DATASOURCE_UID as CLOUDWATCH_UID
from dashboards.grafana.files import GrafanaRequest, dashboard_text, render_grafana
from dashboards.grafana.pipeline_on_aws import pipeline_dashboard
from dashboards.prometheus.files import ALERTS, LOOK_UP_INTERVAL, RECORDING, render_prometheus
from dashboards.prometheus.files import configuration as prometheus_configuration
from dashboards.prometheus.request import PrometheusRequest
from dashboards.yaml_text import yaml_text

SOURCE = "Rendered by dashboards.aws; change the code and run: factory dashboards generate"
LOOKED_UP = ("simulator", "verdicts")
RULES = "/etc/prometheus/aws/rules/*.yml"
TEMPLATES = "/etc/alertmanager/templates/*.tmpl"
FILLED = "/configuration/files"
"""Where the init container lays down what it has filled in, as Prometheus and Alertmanager see it."""
REPLICA = "__replica__"
HISTORY_UID = "factory-history"


def rendered() -> dict[str, str]:
    """The files by program and path.

    Example:
        >>> list(rendered())[:3]
        ['prometheus/prometheus.yml', 'prometheus/rules/recording.yml', 'prometheus/rules/alerts.yml']
    """
    rules = render_prometheus(prometheus_request())
    return {
        "prometheus/prometheus.yml": yaml_text(prometheus(), SOURCE),
        **{f"prometheus/{path}": rules[path] for path in (RECORDING, ALERTS)},
        "alertmanager/alertmanager.yml": yaml_text(alertmanager(), SOURCE),
        **{f"grafana/{path}": text for path, text in grafana().items()},
    }


def prometheus_request() -> PrometheusRequest:
    """Whom Prometheus scrapes: no rules engine and no mail catcher, the others by their names."""
    return PrometheusRequest(
        plant="${plant}",
        simulators=(),
        rules_engines=(),
        mail_catchers=(),
        model_servers=(),
        verdict_jobs=(),
        alertmanagers=(),
        itself=f"127.0.0.1:{PORTS['prometheus']}",
        looked_up={job: address(job) for job in LOOKED_UP},
        own_path=PROMETHEUS_PATH,
        alertmanager_path=ALERTMANAGER_PATH,
    )


def prometheus() -> dict[str, Any]:
    """Prometheus's configuration, with `${plant}`, `${host}`, `${region}`, `${history}` and `${history_names}`."""
    whole = prometheus_configuration(prometheus_request())
    # By these two Amazon Managed Prometheus knows replicas of one another, keeps one's samples and bills them once.
    whole["global"]["external_labels"] |= {"cluster": "${plant}", REPLICA: "${host}"}
    whole["rule_files"] = [RULES]
    # Without the `model` job, which is SageMaker's here: a file that is not there would be looked for again and again.
    whole["scrape_configs"] = [job for job in whole["scrape_configs"] if "file_sd_configs" not in job]
    whole["alerting"] = {
        # An alarm that both replicas raise is one.
        "alert_relabel_configs": [{"action": "labeldrop", "regex": f"{REPLICA}|cluster"}],
        "alertmanagers": [{"path_prefix": ALERTMANAGER_PATH, "dns_sd_configs": [_by_name("alertmanager")]}],
    }
    whole["remote_write"] = [
        {
            "url": "${history}",
            "sigv4": {"region": "${region}"},
            "write_relabel_configs": [{"source_labels": ["__name__"], "regex": "${history_names}", "action": "keep"}],
            "queue_config": {"max_samples_per_send": 1000, "max_shards": 200, "capacity": 2500},
        }
    ]
    return whole


def alertmanager() -> dict[str, Any]:
    """Alertmanager's configuration, with the fields of the SMTP account as `${secret.host}` and so on."""
    request = AlertmanagerRequest(
        smtp_host="${secret.host}",
        smtp_port=587,
        sender="${secret.sender}",
        recipients=("${secret.recipient}",),
        username="${secret.username}",
        password_file=f"{FILLED}/smtp_password",
        require_tls=True,
    )
    whole = alertmanager_configuration(request)
    whole["templates"] = [TEMPLATES]
    for receiver in whole["receivers"]:
        for mail in receiver["email_configs"]:
            mail["smarthost"] = "${secret.host}:${secret.port}"
    return whole


def grafana() -> dict[str, str]:
    """Settings and provisioning, with variables that Grafana reads from its environment, and the pipeline's dashboard.

    The other dashboards ask what is there as well; they are copied from where the local factory has them.
    """
    request = GrafanaRequest(
        listen_host="0.0.0.0",  # noqa: S104 - of its own network; only the load balancer reaches it
        root_url=f"%(protocol)s://%(domain)s{GRAFANA_PATH}/",
        directory="/etc/grafana/aws",
        data_directory="/var/lib/grafana",
        prometheus_url=f"http://{address('prometheus')}{PROMETHEUS_PATH}",
        smtp_host="$__env{FACTORY_SMTP_HOST}",
        smtp_port=587,
        recipients=("$FACTORY_SMTP_RECIPIENT",),
        log_format="json",
        anonymous_viewer=False,
    )
    files = {path: text for path, text in render_grafana(request).items() if not path.startswith("dashboards/")}
    files["grafana.ini"] = files["grafana.ini"].replace(
        "host = $__env{FACTORY_SMTP_HOST}:587", "host = $__env{FACTORY_SMTP_HOST}:$__env{FACTORY_SMTP_PORT}"
    )
    files["provisioning/datasources/aws.yml"] = yaml_text({"apiVersion": 1, "datasources": _data_sources()}, SOURCE)
    files["dashboards/pipeline.json"] = dashboard_text(pipeline_dashboard())
    return files


def _data_sources() -> list[dict[str, Any]]:
    region = "$AWS_REGION"
    return [
        {
            "name": "CloudWatch",
            "uid": CLOUDWATCH_UID,
            "type": "cloudwatch",
            "editable": False,
            "jsonData": {"authType": "default", "defaultRegion": region},
        },
        {
            "name": "History",
            "uid": HISTORY_UID,
            "type": "prometheus",
            "access": "proxy",
            "url": "$FACTORY_HISTORY",
            "editable": False,
            "jsonData": {
                "httpMethod": "POST",
                "sigV4Auth": True,
                "sigV4AuthType": "default",
                "sigV4Region": region,
                "prometheusType": "Prometheus",
            },
        },
    ]


def _by_name(service: str) -> dict[str, Any]:
    name, _, port = address(service).rpartition(":")
    return {"names": [name], "type": "A", "port": int(port), "refresh_interval": LOOK_UP_INTERVAL}
