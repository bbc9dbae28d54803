"""The files that are committed: everything as rendered with the defaults, as in the images, and as on AWS."""

from __future__ import annotations

from pathlib import Path

from dashboards import aws, containers
from dashboards.alertmanager.files import AlertmanagerRequest, render_alertmanager
from dashboards.errors import StaleFilesError
from dashboards.grafana.files import GrafanaRequest, render_grafana
from dashboards.prometheus.files import render_prometheus
from dashboards.prometheus.request import PrometheusRequest

DIRECTORY = Path(__file__).parent / "generated"


def rendered() -> dict[str, str]:
    """All files by their path under `dashboards/generated`."""
    programs = {
        "prometheus": render_prometheus(PrometheusRequest()),
        "alertmanager": render_alertmanager(AlertmanagerRequest()),
        "grafana": render_grafana(GrafanaRequest()),
    }
    on_one_machine = {f"{program}/{path}": text for program, files in programs.items() for path, text in files.items()}
    in_images = {f"containers/{path}": text for path, text in containers.rendered().items()}
    on_aws_alone = {f"aws/{path}": text for path, text in aws.rendered().items()}
    return on_one_machine | in_images | on_aws_alone


def write(directory: Path = DIRECTORY) -> list[str]:
    """Write all files, remove what is left over, and say which changed."""
    files = rendered()
    changed = stale(directory)
    for path in changed:
        target = directory / path
        if path in files:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(files[path], encoding="utf-8")
        else:
            target.unlink()
    return changed


def check(directory: Path = DIRECTORY) -> None:
    """Compare the files with what the code renders.

    Raises:
        StaleFilesError: some differ, are missing, or are left over.
    """
    if differing := stale(directory):
        raise StaleFilesError(differing)


def stale(directory: Path = DIRECTORY) -> list[str]:
    """Paths of the files that differ, are missing, or are left over."""
    files = rendered()
    there = {path.relative_to(directory).as_posix(): path for path in directory.rglob("*") if path.is_file()}
    differing = [p for p, text in files.items() if p not in there or there[p].read_text(encoding="utf-8") != text]
    return sorted(differing + [path for path in there if path not in files])
