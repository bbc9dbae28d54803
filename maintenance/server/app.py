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

from maintenance.server.formats import JSON, RequestError
from maintenance.server.judge import Answer, Judge
from maintenance.server.limits import Limits, Places, body_of
from maintenance.server.measures import Measures

SMALL_BODY = 4096
"""Some ten readings [bytes]."""
AT_A_TIME = 2
"""Larger requests that are computed at a time: more would only wait for one another, and /ping must be answered."""
CLOSE = {"connection": "close"}
CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"


def create_app(judge: Judge, endpoint: str, measures: Measures, limits: Limits | None = None) -> FastAPI:
    """The web application.

    Args:
        judge: answers requests with the model.
        endpoint: the name that is answered under /endpoints/.
        measures: count what is asked.
        limits: what is borne of clients.
    """
    # No /docs and no /redoc: their pages load scripts from a foreign server.
    app = FastAPI(title="smart-factory model server", docs_url=None, redoc_url=None, openapi_url=None)
    limits = limits or Limits()
    places = Places(limits.requests)
    limiter = CapacityLimiter(AT_A_TIME)
    log = structlog.get_logger("model_server")

    async def judged(request: Request) -> Response:
        started = perf_counter()
        answer: Answer | None = None
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            with places.one():
                body = await body_of(request, limits)
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


def _passed_through(request: Request) -> dict[str, str]:
    attributes = request.headers.get(CUSTOM_ATTRIBUTES)
    return {} if attributes is None else {CUSTOM_ATTRIBUTES: attributes}


def _as_runtime(response: Response) -> Response:
    """An answer as SageMaker's runtime hands it on; the production variant is always the one there is."""
    if response.status_code == HTTPStatus.OK:
        response.headers["x-Amzn-Invoked-Production-Variant"] = "AllTraffic"
        return response
    said = bytes(response.body).decode()
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        # Its clients try this one again by themselves, and no ModelError.
        return _aws_error(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", said)
    return _aws_error(
        HTTPStatus.FAILED_DEPENDENCY,
        "ModelError",
        f"Received error ({response.status_code}) from the model: {said}",
        OriginalStatusCode=response.status_code,
        OriginalMessage=said,
        closing="connection" in response.headers,
    )


def _aws_error(status: HTTPStatus, code: str, message: str, *, closing: bool = False, **more: object) -> JSONResponse:
    headers = {"x-amzn-ErrorType": code} | (CLOSE if closing else {})
    return JSONResponse({"Message": message, **more}, status, headers=headers, media_type=JSON)


def _error(status: int, sentence: str) -> JSONResponse:
    # After a body that did not come nothing can be told from its rest (RFC 9110, section 15.5.9).
    return JSONResponse({"error": sentence}, status, headers=CLOSE if status == HTTPStatus.REQUEST_TIMEOUT else None)
