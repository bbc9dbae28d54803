"""The model's endpoint: readings in, a verdict each out, or the reason why there is none.

The answer is checked before it is believed: as many as rows, in their order, each POSITIVE or NEGATIVE with a
probability. An endpoint that fails says nothing, and never a made-up verdict. One that has failed is not asked again
for some seconds: a thousand readings would wait for it one after the other.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from maintenance.errors import MaintenanceError
from maintenance.sentences import SIGNAL_RANGES, FleetReading

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

PAUSE_S = 3.0
"""How long an endpoint that has failed is left alone at least [s]; as long as it took to fail, if that was longer."""
MOST_OF_A_REASON = 300
"""So many characters of a model's own words are kept with an item."""
_LARGEST = 1e125  # DynamoDB's numbers end soon after
LABELS = ("POSITIVE", "NEGATIVE")


class EndpointError(MaintenanceError):
    """The endpoint did not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model says of a reading.

    Args:
        prediction: `POSITIVE` (maintenance is due) or `NEGATIVE`.
        probability: that it is due [1].
        explanation: the signals that moved it most, with `signal` and `contribution`.
        model: name of the model.
        version: its version.
    """

    prediction: str
    probability: float
    explanation: tuple[Mapping[str, Any], ...] = ()
    model: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Why there is no verdict.

    Args:
        reason: in a sentence.
        again: whether asking later may help: the endpoint failed, not the reading.
    """

    reason: str
    again: bool


Answer = Verdict | Unjudged


class Endpoint:
    """The endpoint of that name.

    Args:
        client: of the SageMaker runtime.
        name: of the endpoint.
        clock: time that does not go back [s].
    """

    def __init__(self, client: SageMakerRuntimeClient, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._name = name
        self._clock = clock
        self._failed: tuple[float, str] | None = None
        """Until when it is left alone, and what it failed of."""

    def judge(self, readings: Sequence[FleetReading]) -> list[Answer]:
        """What the model says of each reading, in their order."""
        began = self._clock()
        if (failed := self._failed) is not None and began < failed[0]:
            return [Unjudged(failed[1], again=True)] * len(readings)
        try:
            answers = answers_in(self._ask(readings), len(readings))
        except EndpointError as error:
            now = self._clock()
            self._failed = (now + max(PAUSE_S, now - began), str(error))
            return [Unjudged(str(error), again=True)] * len(readings)
        self._failed = None
        return answers

    def _ask(self, readings: Sequence[FleetReading]) -> bytes:
        body = json.dumps({"instances": [instance_of(reading) for reading in readings]})
        try:
            answer = self._client.invoke_endpoint(
                EndpointName=self._name, ContentType="application/json", Accept="application/json", Body=body.encode()
            )
            return answer["Body"].read()
        except ClientError as error:
            told = error.response.get("Error", {})
            raise EndpointError(
                f"The endpoint {self._name} refused: {told.get('Code')}: {str(told.get('Message'))[:200]}."
            ) from error
        except (BotoCoreError, OSError) as error:
            raise EndpointError(f"The endpoint {self._name} does not answer: {str(error).rstrip('.')}.") from error


def instance_of(reading: FleetReading) -> dict[str, Any]:
    """A row of the request: what the vehicle measured, and never the status that its sentence claims."""
    signals = {name: getattr(reading, name) for name in SIGNAL_RANGES}
    return {
        "device_id": reading.device_id,
        "timestamp": reading.timestamp.isoformat().replace("+00:00", "Z"),
        **signals,
    }


def answers_in(body: bytes, rows: int) -> list[Answer]:
    """The answers in the endpoint's response.

    Args:
        body: JSON with `predictions`.
        rows: how many there must be.

    Raises:
        EndpointError: it is something else.

    Example:
        >>> answers_in(b'{"predictions": [{"prediction": "POSITIVE", "probability": 0.93}]}', 1)[0].prediction
        'POSITIVE'
    """
    try:
        predictions = json.loads(body)["predictions"]
        if len(predictions) != rows:
            raise EndpointError(f"The endpoint answered {len(predictions)} times to {rows} readings.")
        return [_answer(one) for one in predictions]
    # The last two: numbers of hundreds of digits, brackets within brackets.
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise EndpointError(f"The endpoint's answer cannot be read: {body[:100]!r}.") from None


def _answer(told: Mapping[str, Any]) -> Answer:
    if "error" in told:
        return Unjudged(f"The model cannot judge it: {told['error']}"[:MOST_OF_A_REASON], again=False)
    prediction, probability = told["prediction"], float(told["probability"])
    if prediction not in LABELS or not (math.isfinite(probability) and 0 <= probability <= 1):
        raise EndpointError(f"The endpoint answered {prediction!r} with the probability {probability!r}.")
    explained = [(str(one["signal"]), float(one["contribution"])) for one in told.get("explanation") or ()]
    return Verdict(
        prediction,
        probability,
        # DynamoDB has no number that is none, nor any beyond.
        tuple({"signal": signal, "contribution": much} for signal, much in explained if abs(much) < _LARGEST),
        str(told.get("model", "")),
        str(told.get("version", "")),
    )
