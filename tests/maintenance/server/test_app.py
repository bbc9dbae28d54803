"""The web around the model."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect

from maintenance.server.limits import Limits


def post(
    client: TestClient, content: str | bytes, content_type: str, path: str = "/invocations", **headers: str
) -> Any:
    """Ask for verdicts."""
    return client.post(path, content=content, headers={"content-type": content_type, **headers})


def test_a_healthy_server_answers_pings(client: TestClient) -> None:
    """SageMaker asks every five seconds."""
    assert client.get("/ping").status_code == 200


def test_sentences_get_a_verdict_a_line(client: TestClient, sentences: str) -> None:
    """In order; the hot one is positive for its temperature, the broken one has its reason."""
    told = [json.loads(line) for line in post(client, sentences, "text/plain").text.splitlines()]
    assert [one.get("prediction") for one in told] == ["POSITIVE", None, "NEGATIVE"]
    assert told[0]["explanation"][0]["signal"] == "engine_temp_c"
    assert told[0]["explanation"][0]["contribution"] > 1
    assert "not a sentence" in told[1]["error"]


def test_what_a_sentence_claims_of_itself_changes_nothing(client: TestClient, sentences: str) -> None:
    """Its status is the answer, and not to be listened to."""
    claims = sentences.replace("maintenance_required", "ok")
    assert post(client, sentences, "text/plain").text == post(client, claims, "text/plain").text


def test_bad_rows_get_errors_of_their_own(client: TestClient, reading: dict[str, Any]) -> None:
    """And the others their verdicts."""
    rows = [reading, reading | {"engine_temp_c": "hot"}, reading | {"engine_temp_c": 104.0}]
    told = post(client, json.dumps({"instances": rows}), "application/json; charset=utf-8").json()["predictions"]
    assert [one.get("prediction") for one in told] == ["NEGATIVE", None, "POSITIVE"]
    assert told[1] == {"error": "engine_temp_c 'hot' is not a number."}


def test_the_runtimes_path_answers_for_its_endpoint_alone(client: TestClient, reading: dict[str, Any]) -> None:
    """Another name is not found, as SageMaker says it."""
    body = json.dumps({"instances": [reading]})
    known = post(client, body, "application/json", "/endpoints/fleet/invocations")
    assert known.json()["predictions"][0]["model"] == "fleet"
    other = post(client, body, "application/json", "/endpoints/other/invocations")
    assert (other.status_code, other.headers["x-amzn-errortype"]) == (400, "ValidationError")


def test_the_runtimes_path_tells_a_models_refusal_as_sagemaker_does(client: TestClient) -> None:
    """ModelError with the original status (API InvokeEndpoint, Errors)."""
    told = post(client, "<x/>", "application/xml", "/endpoints/fleet/invocations")
    assert (told.status_code, told.headers["x-amzn-errortype"]) == (424, "ModelError")
    assert told.json()["OriginalStatusCode"] == 415


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_longer_than_sagemaker_takes_is_refused(client: TestClient, declared: bool) -> None:
    """By its declared length, or where it passes the limit."""
    chunk = b" " * (1 << 20)
    content: Any = chunk * 7 if declared else (chunk for _ in range(7))
    told = post(client, content, "text/plain")
    assert told.status_code == 413
    assert told.json()["error"].startswith(f"The body is longer than {Limits().body_bytes:,} bytes.")


def test_a_client_that_goes_away_is_no_failure_of_ours(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted as a bad request, and no traceback is logged."""

    async def cut_off(_: Request) -> AsyncIterator[bytes]:
        yield b"device_id VHC"
        raise ClientDisconnect

    monkeypatch.setattr(Request, "stream", cut_off)
    assert post(client, "device_id VHC001", "text/plain").status_code == 400
    assert 'model_server_requests_total{status="400"} 1.0' in client.get("/metrics").text


def test_custom_attributes_are_passed_through(client: TestClient, sentences: str) -> None:
    """A client finds its own trace in the answer."""
    told = post(client, sentences, "text/plain", **{"X-Amzn-SageMaker-Custom-Attributes": "trace=7"})
    assert told.headers["X-Amzn-SageMaker-Custom-Attributes"] == "trace=7"


def test_an_unknown_path_is_a_sentence(client: TestClient) -> None:
    """As every error is."""
    told = client.get("/nowhere")
    assert (told.status_code, told.json()) == (404, {"error": "GET /nowhere: Not Found."})


def test_rows_and_requests_are_counted(client: TestClient, sentences: str) -> None:
    """By what came of them."""
    post(client, sentences, "text/plain")
    post(client, "{", "application/json")
    told = client.get("/metrics").text
    assert 'model_server_rows_total{result="POSITIVE"} 1.0' in told
    assert 'model_server_rows_total{result="refused"} 1.0' in told
    assert 'model_server_requests_total{status="200"} 1.0' in told
    assert 'model_server_requests_total{status="400"} 1.0' in told


def test_a_failure_of_ours_is_a_sentence_and_counted(
    client: TestClient, sentences: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The traceback goes to the log."""

    def fail(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("maintenance.server.scoring.Scorer.verdicts", fail)
    told = post(client, sentences, "text/plain")
    assert told.status_code == 500
    assert told.json() == {"error": "This request failed; the model server's log says why."}
    assert 'model_server_requests_total{status="500"} 1.0' in client.get("/metrics").text
