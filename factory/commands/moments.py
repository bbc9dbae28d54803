"""Moments as options take them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click


class Moment(click.ParamType[datetime]):
    """A moment in UTC, or `now`; a text without an offset is UTC, so that it means the same on each machine.

    Example:
        >>> Moment().convert("2026-01-31T06:00", None, None).isoformat()
        '2026-01-31T06:00:00+00:00'
        >>> Moment().convert("2026-01-31T06:00+02:00", None, None).isoformat()
        '2026-01-31T04:00:00+00:00'
    """

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment.

        Raises:
            BadParameter: not a moment.
        """
        if isinstance(value, datetime):
            return value
        if value == "now":
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a moment; write now, or as 2026-01-31T06:00 in UTC.", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
