"""The machines of a plant, as AWS IoT's registry knows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from maintenance.errors import VerdictError

if TYPE_CHECKING:
    from mypy_boto3_iot import IoTClient


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that can be judged.

    Attributes:
        line: its line; third level of its topics.
        model: its model, as on the nameplate.
    """

    line: str
    model: str


class MachineRegistry:
    """Asks AWS IoT which machines there are.

    Args:
        client: of AWS IoT.
        plant: whose machines.
        models: of which something was learnt; things of others (vehicles, the engine) are left out.
    """

    def __init__(self, client: IoTClient, plant: str, models: Collection[str]) -> None:
        self._client, self._plant, self._models = client, plant, frozenset(models)

    def machines(self) -> Mapping[str, Machine]:
        """Machines by name, sorted.

        Raises:
            VerdictError: the registry does not answer, or refuses.
        """
        found: dict[str, Machine] = {}
        try:
            pages = self._client.get_paginator("list_things").paginate(
                attributeName="plant", attributeValue=self._plant, PaginationConfig={"PageSize": 250}
            )
            for page in pages:
                for thing in page.get("things", ()):
                    told = thing.get("attributes", {})
                    if told.get("model") in self._models and told.get("line"):
                        found[thing["thingName"]] = Machine(told["line"], told["model"])
        except (BotoCoreError, ClientError) as error:
            raise VerdictError(
                f"The registry of things does not answer: {error}",
                remedy="The program needs iot:ListThings, and AWS_ENDPOINT_URL and the credentials must be right.",
            ) from error
        return dict(sorted(found.items()))
