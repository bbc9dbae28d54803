"""What goes wrong in this room.

::

    FactoryError
    ├── UsageError
    │   └── DashboardsError          a setting from which no working file can be rendered
    └── StaleFilesError              the committed files are not what the code renders
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class DashboardsError(UsageError):
    """A file of the monitoring cannot be rendered from what was asked for."""


class StaleFilesError(FactoryError):
    """Files under `dashboards/generated` are not what the code renders.

    Args:
        paths: the files that differ, are missing, or are left over.
    """

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            f"{len(paths)} generated file{'s' * (len(paths) != 1)} out of date: {', '.join(paths)}.",
            remedy="Run: factory dashboards generate",
        )
        self.paths = paths
