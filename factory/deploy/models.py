"""Models in the models bucket: whether they are there, `factory train`, and how Terraform's variables name them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.models import FLEET_MODEL, PLANT_MODELS
from factory.deploy.folder import MODELS_FILE
from factory.deploy.plant import Plant
from factory.deploy.walk import Look, State

ARCHIVE = "model.tar.gz"
SERVING_OUTPUT = "published_models"
"""Output of Terraform: an object of `models_published` and `model_data_url`."""


class Models:
    """The models of the machines, and the fleet's where the folder takes one.

    Args:
        plant: whose they are.
        quick: train the small ones, in seconds.
    """

    name = "models"

    def __init__(self, plant: Plant, *, quick: bool) -> None:
        self._plant, self._quick = plant, quick

    @property
    def wants_fleet(self) -> bool:
        """Whether the folder takes the fleet's model."""
        return bool({"fleet", "model_data_url"} & self._plant.folder.declared)

    def look(self) -> Look:
        """Whether all of them are in the bucket."""
        found = self._found()
        if found is None:
            return Look(State.HIDDEN, f"the bucket {self._bucket} is not there before the step foundation")
        missing = self._missing(found)
        if missing:
            return Look(State.MISSING, f"train and publish {', '.join(missing)}")
        return Look(State.THERE, f"s3://{self._bucket} has {', '.join(self._wanted)}")

    def do(self) -> str:
        """Train and publish those that are missing."""
        missing = self._missing(self._found() or {})
        more = ["--quick"] if self._quick else []
        if set(missing) & set(PLANT_MODELS.values()):
            self._plant.demand(*self._plant.factory("train", "plant", "--publish", self._bucket, *more))
        if FLEET_MODEL in missing:
            self._plant.demand(*self._plant.factory("train", "fleet", "--publish", self._bucket, *more))
        return f"published {', '.join(missing)}"

    def values(self) -> dict[str, Any] | None:
        """Terraform's variables that name them; None while one is missing."""
        found = self._found()
        if found is None or self._missing(found):
            return None
        return self._variables(self._address(found[FLEET_MODEL]) if self.wants_fleet else None)

    def serving(self) -> dict[str, Any]:
        """Terraform's variables that name those which serve by now; none before models are published."""
        named = self._named()
        return self._variables(named.get("model_data_url")) if named.get("models_published") else {}

    @property
    def _bucket(self) -> str:
        return self._plant.names.models_bucket

    @property
    def _wanted(self) -> list[str]:
        return [*PLANT_MODELS.values(), *([FLEET_MODEL] if self.wants_fleet else [])]

    def _missing(self, found: dict[str, dict[str, datetime]]) -> list[str]:
        return [name for name in self._wanted if name not in found]

    def _address(self, versions: dict[str, datetime]) -> str:
        """The one that is named already, if it is there; else the newest: training anew shall change no endpoint."""
        before = self._named().get("model_data_url") or ""
        key = before.removeprefix(f"s3://{self._bucket}/")
        return before if key in versions else f"s3://{self._bucket}/{newest(versions)}"

    def _named(self) -> dict[str, Any]:
        """What names models: the file, or else the state, which another checkout or GitHub has written."""
        written = self._plant.folder.managed(MODELS_FILE)
        if not written:
            return self._plant.outputs().get(SERVING_OUTPUT) or {} if self._plant.can_start else {}
        return {"model_data_url": written.get("fleet", {}).get("model_data_url"), **written}

    def _variables(self, model_data_url: str | None) -> dict[str, Any]:
        values: dict[str, Any] = {"models_published": True}
        if model_data_url:
            values["model_data_url"] = model_data_url
            if "model_data_url" not in self._plant.folder.declared:
                values["fleet"] = {**self._plant.folder.own.get("fleet", {}), "model_data_url": model_data_url}
        return self._plant.folder.only_declared(values)

    def _found(self) -> dict[str, dict[str, datetime]] | None:
        """By model, keys of its archives and when each was written; None where there is no bucket."""
        s3 = self._plant.client("s3")
        found: dict[str, dict[str, datetime]] = {}
        try:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                for one in page.get("Contents", ()):
                    name, _, rest = one["Key"].partition("/")
                    if rest.endswith(f"/{ARCHIVE}"):
                        found.setdefault(name, {})[one["Key"]] = one["LastModified"]
        except s3.exceptions.NoSuchBucket:
            return None
        return found


def newest(versions: dict[str, datetime]) -> str:
    """The key that was written last; of two at the same moment the one whose name comes last.

    Example:
        >>> newest({"fleet/a/model.tar.gz": datetime(2026, 1, 2), "fleet/b/model.tar.gz": datetime(2026, 1, 1)})
        'fleet/a/model.tar.gz'
    """
    return max(versions, key=lambda key: (versions[key], key))
