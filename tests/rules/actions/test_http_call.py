"""One POST, against a web service that does what it should not."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from rules.actions.http import HttpAction
from rules.actions.http_call import HttpCaller
from rules.errors import FinalError, RetryableError
from rules.parameters import HttpParameters
from rules.parameters.http import HttpAuthorization
from rules.retry import attempt

SIGV4 = {"sigv4": {"roleArn": "arn:aws:iam::000000000000:role/any", "signingRegion": "eu-west-1", "serviceName": "svc"}}


class Service:
    """A TCP service that gives the same answer to each request, however HTTP would have it."""

    def __init__(self) -> None:
        self.answer = b""
        self.pause_s = 0.0
        self.requests: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/in"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while request := self._request(connection):
                self.requests.append(request)
                if not self.answer:
                    return
                for piece in re.findall(rb"(?s).{1,4000}", self.answer):
                    connection.sendall(piece)
                    time.sleep(self.pause_s)

    @staticmethod
    def _request(connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < _length(data):
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        return data


def _length(request: bytes) -> int:
    found = re.search(rb"(?i)content-length: (\d+)", request)
    return int(found[1]) if found else 0


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An answer as it goes over the wire."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return f"{head}\r\n".encode() + body


@pytest.fixture
def service() -> Iterator[Service]:
    """The service on loopback."""
    service = Service()
    yield service
    service.close()


def post(service: Service, tools, auth: HttpAuthorization | None = None, within_s: float = 3.0) -> None:
    """Post once."""
    caller = HttpCaller(auth, tools.clients)
    caller.post(service.url, [("X-A", "1"), ("X-A", "2")], b"{}", time.monotonic() + within_s)


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "204 No Content"])
def test_any_2xx_is_a_success(service, tools, status):
    """Sent once, with its headers."""
    service.answer = answer(status)
    post(service, tools)

    (request,) = service.requests
    assert request.startswith(b"POST /in HTTP/1.1\r\n")
    assert b"X-A: 1, 2\r\n" in request
    assert request.endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (answer("500 Internal Server Error"), RetryableError),
        (answer("503 Unavailable", b"x" * 16_384), RetryableError),
        (answer("599 Odd"), RetryableError),
        (answer("429 Too Many Requests"), RetryableError),
        (answer("503 Unavailable", b"x" * 16_385), FinalError),
        (answer("503 Unavailable", b"", "Connection: close"), FinalError),
        (answer("503 Unavailable").replace(b"HTTP/1.1", b"HTTP/1.0"), FinalError),
        (answer("400 Bad Request"), FinalError),
        (answer("302 Found", b"", "Location: http://127.0.0.1:1/"), FinalError),
        (b"", FinalError),
        (b"no HTTP at all\r\n\r\n", FinalError),
    ],
    ids=["500", "longest", "599", "429", "too-long", "closes", "http-1.0", "400", "redirect", "closed", "no-http"],
)
def test_what_is_tried_again_is_what_aws_tries_again(service, tools, said, error):
    """Developer guide, "HTTP action retry logic"; no redirect is followed."""
    service.answer = said
    with pytest.raises(error, match=r"^HttpAction failed to make a request to the specified endpoint\."):
        post(service, tools)
    assert len(service.requests) == 1


def test_the_sentence_is_that_of_the_guide(service, tools):
    """Printed in the example of "Error Actions for Batching"."""
    service.answer = answer("500 Internal Server Error")
    with pytest.raises(RetryableError) as refusal:
        post(service, tools)
    assert str(refusal.value) == (
        "HttpAction failed to make a request to the specified endpoint. StatusCode: 500. Reason: Internal Server Error."
    )


def test_a_service_that_is_not_there_is_tried_again(service, tools):
    """No connection came about, so none was closed."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    service.url = f"http://127.0.0.1:{port}/in"
    with pytest.raises(RetryableError, match="Connection refused"):
        post(service, tools)


def test_an_answer_that_does_not_come_in_time_is_final(service, tools):
    """The time is for all attempts: there is none left."""
    service.answer, service.pause_s = b"HTTP/1.1 500 x\r\nContent-Le", 5
    with pytest.raises(FinalError, match="no answer within 3000 ms in all"):
        post(service, tools, within_s=0.2)
    with pytest.raises(FinalError, match="no answer within"):
        post(service, tools, within_s=0)


def test_three_attempts_go_over_one_connection(service, tools, occasion):
    """At most three, and the failure says so."""
    service.answer = answer("500 Internal Server Error", b"sorry")
    tried = HttpAction(HttpParameters.model_validate({"url": service.url}), tools.clients)
    call = tried.attempts(tried.prepare(occasion(b'{"n":1}')))

    with pytest.raises(FinalError, match=r"StatusCode: 500\. .* \(3 attempts\)"):
        attempt(call, tried.policy, wait=lambda _: False)
    assert (len(service.requests), service.connections) == (3, 1)


def test_the_time_is_for_all_attempts_together(service, tools, occasion, monkeypatch):
    """What is left after the first is what the second has."""
    monkeypatch.setattr("rules.actions.http.TOTAL_S", 0.3)
    service.answer = answer("500 Internal Server Error")
    tried = HttpAction(HttpParameters.model_validate({"url": service.url}), tools.clients)
    call = tried.attempts(tried.prepare(occasion(b"{}")))
    with pytest.raises(RetryableError):
        call()
    time.sleep(0.35)

    with pytest.raises(FinalError, match="no answer within"):
        call()
    assert len(service.requests) == 1


def test_a_signed_request_names_key_region_and_service(fake_account, service, tools):
    """Signature Version 4 by the engine's own key (AWS IAM user guide, "Elements of an AWS API request signature")."""
    service.answer = answer("200 OK")
    post(service, tools, HttpAuthorization.model_validate(SIGV4))

    (request,) = service.requests
    signed = rb"Authorization: AWS4-HMAC-SHA256 Credential=\w+/\d{8}/eu-west-1/svc/aws4_request, SignedHeaders="
    assert re.search(signed, request)
    assert re.search(rb"X-Amz-Date: \d{8}T\d{6}Z\r\n", request)
