"""The web around the model: SageMaker's container contract, the path of its runtime, and metrics.

`/ping` and `/invocations` are what SageMaker asks a container
(https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html); `/endpoints/NAME/invocations` is
what clients ask SageMaker (API InvokeEndpoint). There a container's error comes as ModelError, status 424.
"""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter

import structlog
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from maintenance.server.formats import JSON, RequestError
from maintenance.server.judge import REFUSED, Answer, Judge
from maintenance.server.measures import Measures

LARGEST_BODY = 6 * 1024 * 1024
"""SageMaker's limit of a request to a real-time endpoint [bytes]."""
SMALL_BODY = 4096
"""Some ten readings [bytes]."""
AT_A_TIME = 2
"""Larger requests that are computed at a time: more would only wait for one another, and /ping must be answered."""
CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"


def create_app(judge: Judge, endpoint: str) -> FastAPI:
    """The web application.

    Args:
        judge: answers requests with the model.
        endpoint: the name that is answered under /endpoints/.
    """
    # No /docs and no /redoc: their pages load scripts from a foreign server.
    app = FastAPI(title="smart-factory model server", docs_url=None, redoc_url=None, openapi_url=None)
    measures = Measures(judge.scorer.card, [*judge.scorer.labels, REFUSED])
    limiter = CapacityLimiter(AT_A_TIME)
    log = structlog.get_logger("model_server")

    async def judged(request: Request) -> Response:
        started = perf_counter()
        answer: Answer | None = None
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            body = await _body(request)
            asked = (body, request.headers.get("content-type", ""), request.headers.get("accept", ""))
            # A few rows take less time than it takes to wake a thread for them.
            at_once = len(body) <= SMALL_BODY
            answer = judge(*asked) if at_once else await to_thread.run_sync(judge, *asked, limiter=limiter)
            status = HTTPStatus.OK
        except RequestError as error:
            status = error.status
            return _error(status, str(error))
        except Exception as error:
            log.exception("request failed", error=repr(error))
            return _error(status, "This request failed; the model server's log says why.")
        finally:
            taken, counts = perf_counter() - started, answer.counts if answer else {}
            measures.answered(status, taken, counts)
            log.debug("answered", status=int(status), seconds=round(taken, 6), rows=counts)
        return Response(answer.body, media_type=answer.media_type, headers=_passed_through(request))

    @app.get("/ping")
    def ping() -> Response:
        return Response(status_code=HTTPStatus.OK)

    @app.post("/invocations")
    async def invocations(request: Request) -> Response:
        return await judged(request)

    @app.post("/endpoints/{name}/invocations")
    async def invoke_endpoint(name: str, request: Request) -> Response:
        if name != endpoint:
            return _aws_error(
                HTTPStatus.BAD_REQUEST, "ValidationError", f"Endpoint {name} not found; here is {endpoint}."
            )
        return _as_runtime(await judged(request))

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(measures.registry), media_type=CONTENT_TYPE_LATEST)

    @app.exception_handler(HTTPException)
    def no_such_thing(request: Request, error: HTTPException) -> JSONResponse:
        return _error(error.status_code, f"{request.method} {request.url.path}: {error.detail}.")

    return app


async def _body(request: Request) -> bytes:
    """The body, read only as far as it may be long.

    Raises:
        RequestError: it is longer, or does not come to its end.
    """
    too_long = RequestError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body is longer than {LARGEST_BODY:,} bytes.",
        remedy="Send fewer rows at a time.",
    )
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LARGEST_BODY:
        raise too_long
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                raise too_long
    except ClientDisconnect:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The client went away before the whole body had come.") from None
    return bytes(body)


def _passed_through(request: Request) -> dict[str, str]:
    attributes = request.headers.get(CUSTOM_ATTRIBUTES)
    return {} if attributes is None else {CUSTOM_ATTRIBUTES: attributes}


def _as_runtime(response: Response) -> Response:
    """An answer as SageMaker's runtime hands it on; the production variant is always the one there is."""
    if response.status_code == HTTPStatus.OK:
        response.headers["x-Amzn-Invoked-Production-Variant"] = "AllTraffic"
        return response
    said = bytes(response.body).decode()
    return _aws_error(
        HTTPStatus.FAILED_DEPENDENCY,
        "ModelError",
        f"Received error ({response.status_code}) from the model: {said}",
        OriginalStatusCode=response.status_code,
        OriginalMessage=said,
    )


def _aws_error(status: HTTPStatus, code: str, message: str, **more: object) -> JSONResponse:
    return JSONResponse({"Message": message, **more}, status, headers={"x-amzn-ErrorType": code}, media_type=JSON)


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
