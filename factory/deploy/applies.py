"""The steps that are an apply of Terraform: everything but services, then services, then what needs models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.deploy.folder import IMAGES_FILE, MODELS_FILE
from factory.deploy.images import Images
from factory.deploy.models import Models
from factory.deploy.plant import Plant
from factory.deploy.running import Running
from factory.deploy.terraform import Planned
from factory.deploy.walk import Look, State

_NEITHER: Mapping[str, Any] = {"images": {}, "model_image": None, "models_published": False, "model_data_url": None}


class Foundation:
    """Everything but the services: repositories, keys, secrets without values, buckets, rules, network, load balancer.

    Once there are services, what is missing of it is made together with them.
    """

    name = "foundation"

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._planned: Planned | None = None

    def look(self) -> Look:
        """Whether services run upon it already, or else whether Terraform would change anything."""
        if not self._plant.can_start:
            return Look(State.HIDDEN, "where the state lies is not known before the step bootstrap")
        outputs = self._plant.outputs()
        if outputs.get("cluster_name"):
            return Look(State.THERE, f"the cluster {outputs['cluster_name']} stands upon it")
        fleet = self._plant.folder.own.get("fleet", {})
        self._planned = self._plant.plan({**_NEITHER, "fleet": fleet})
        return _look(self._planned)

    def do(self) -> str:
        """Apply it."""
        return _apply(self._plant, self._planned)


class Services:
    """The services, with the images of the commit, and all that has changed since; models that serve go on serving."""

    name = "services"

    def __init__(self, plant: Plant, images: Images, models: Models) -> None:
        self._plant, self._images, self._models = plant, images, models
        self._planned: Planned | None = None

    def look(self) -> Look:
        """Whether Terraform would change anything with these images."""
        values = self._images.values()
        if values is None:
            return Look(State.HIDDEN, "the images come first")
        self._planned = self._plant.plan({**self._models.serving(), **values})
        is_written = self._plant.folder.has_written(IMAGES_FILE, values)
        self._plant.settled = is_written and self._planned.changes == 0
        return _look(self._planned) if is_written or self._planned.changes else Look(State.MISSING, _write(IMAGES_FILE))

    def do(self) -> str:
        """Write which images there are, and apply."""
        self._plant.folder.write_managed(IMAGES_FILE, self._images.values() or {})
        return _apply(self._plant, self._planned)


class Serving:
    """What needs models: the verdict job and the fleet's endpoint; then services are followed once more."""

    name = "serving"

    def __init__(self, plant: Plant, models: Models, running: Running | None) -> None:
        self._plant, self._models, self._running = plant, models, running
        self._planned: Planned | None = None

    def look(self) -> Look:
        """Whether Terraform would change anything with these models."""
        values = self._models.values()
        if values is None:
            return Look(State.HIDDEN, "the models come first")
        is_written = self._plant.folder.has_written(MODELS_FILE, values)
        if is_written and self._plant.settled:
            return Look(State.THERE, "nothing to change")
        self._planned = self._plant.plan(values)
        return _look(self._planned) if is_written or self._planned.changes else Look(State.MISSING, _write(MODELS_FILE))

    def do(self) -> str:
        """Write which models there are, apply, and follow the services."""
        self._plant.folder.write_managed(MODELS_FILE, self._models.values() or {})
        told = _apply(self._plant, self._planned)
        return f"{told}; {self._running.do()}" if self._running else told


def _look(planned: Planned) -> Look:
    return Look(State.MISSING if planned.changes else State.THERE, planned.counts)


def _write(file: str) -> str:
    return f"write {file}; Terraform has nothing to change"


def _apply(plant: Plant, planned: Planned | None) -> str:
    if planned is None or not planned.changes:
        return "nothing to change"
    plant.apply(planned)
    return f"applied: {planned.counts}"
