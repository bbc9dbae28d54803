"""Logs: one JSON line each where machines read, plain lines on a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

LogFormat = Literal["auto", "json", "console"]


def configure_logs(program: str, log_format: LogFormat = "auto", level: str = "info") -> structlog.stdlib.BoundLogger:
    """Send this process's logs to standard error, and return its logger.

    Args:
        program: name of the program; stands in every line as `program`.
        log_format: `json`, `console`, or `auto`: console if standard error is a terminal.
        level: lowest level to be written: debug, info, warning or error.
    """
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())

    def name_program(_logger: object, _method: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
        # Not by a context variable: threads begin with none, and their lines belong to the program as well.
        line.setdefault("program", program)
        return line

    shared: list[structlog.types.Processor] = [
        name_program,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(program)
    return logger
