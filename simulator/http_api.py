"""The HTTP door: /metrics, /healthz, and /api to see machines and put faults on them while they run."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from starlette.exceptions import HTTPException

from contracts.errors import FactoryError, UsageError
from simulator.errors import TargetError
from simulator.faults import ActiveFault, FaultRequest
from simulator.views import Door, Health, MachineView


def create_api(playing: Door, render_metrics: Callable[[], bytes]) -> FastAPI:
    """The web application.

    Args:
        playing: what is being played.
        render_metrics: `/metrics` as text.
    """
    # No /docs and no /redoc: their pages load scripts from a foreign server.
    api = FastAPI(title="smart-factory simulator", version="1", docs_url=None, redoc_url=None)
    _add_errors(api)
    _add_operations(api, playing, render_metrics)

    @api.get("/api/machines", summary="All machines that are played here.")
    def machines() -> list[MachineView]:
        return playing.machines()

    @api.get("/api/machines/{device_id}", summary="One machine.")
    def machine(device_id: str) -> MachineView:
        return playing.machine(device_id)

    @api.get("/api/faults", summary="Faults that are, are going or are to come.")
    def faults() -> list[ActiveFault]:
        return playing.faults()

    @api.post("/api/faults", status_code=HTTPStatus.CREATED, summary="Put a fault on a machine, a line or all (*).")
    def inject(request: FaultRequest) -> list[ActiveFault]:
        return playing.inject(request)

    @api.delete("/api/faults/{fault_id}", summary="End a fault.")
    def clear(fault_id: str) -> ActiveFault:
        return playing.clear(fault_id)

    return api


def _add_operations(api: FastAPI, playing: Door, render_metrics: Callable[[], bytes]) -> None:
    @api.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(render_metrics(), media_type=CONTENT_TYPE)

    @api.get("/healthz", summary="200 while the plant moves; 503 when it is frozen.")
    def healthz(response: Response) -> Health:
        health = playing.health()
        if health.status == "frozen":
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return health


def _add_errors(api: FastAPI) -> None:
    """Every error is `{"error": sentence}`."""

    @api.exception_handler(FactoryError)
    def refused(_: Request, error: FactoryError) -> JSONResponse:
        if isinstance(error, TargetError):
            return _error(HTTPStatus.NOT_FOUND, str(error))
        return _error(
            HTTPStatus.BAD_REQUEST if isinstance(error, UsageError) else HTTPStatus.INTERNAL_SERVER_ERROR, str(error)
        )

    @api.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        return _error(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(_sentence(problem) for problem in error.errors()))

    @api.exception_handler(HTTPException)
    def no_such_thing(request: Request, error: HTTPException) -> JSONResponse:
        return _error(error.status_code, f"{request.method} {request.url.path}: {error.detail}.")

    @api.exception_handler(TimeoutError)
    def frozen(_: Request, __: TimeoutError) -> JSONResponse:
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, "The plant does not answer; see /healthz.")

    @api.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> JSONResponse:
        structlog.get_logger("simulator").error("request failed", path=request.url.path, error=repr(error))
        return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "This request failed; the simulator's log says why.")


def _sentence(problem: dict[str, object]) -> str:
    """A mistake in a request, by its key.

    Example:
        >>> _sentence({"loc": ("body", "signal"), "msg": "Input should be 'temp'", "input": "tmp"})
        "signal='tmp' cannot be used: Input should be 'temp'."
    """
    place = problem["loc"]
    path = [str(part) for part in place if part != "body"] if isinstance(place, tuple) else []
    key = ".".join(path) or "The request"
    value = (
        "" if problem.get("type") == "missing" or isinstance(problem.get("input"), dict) else f"={problem['input']!r}"
    )
    return f"{key}{value} cannot be used: {str(problem['msg']).rstrip('.')}."


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
