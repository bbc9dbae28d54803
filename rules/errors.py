"""What can go wrong in the rules room.

::

    FactoryError                contracts: exit status 1
    ├── ActionError             an attempt of an action failed
    │   ├── RetryableError      the same attempt may succeed later
    │   └── FinalError          it can never succeed: the error action's turn
    ├── LookUpError             a look-up of a statement or a template has no answer
    └── UsageError              contracts: exit status 2
        └── CatalogError        a rule that AWS would not accept, or that this engine does not run
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class ActionError(FactoryError):
    """An attempt of an action failed."""


class RetryableError(ActionError):
    """The same attempt may succeed later: a service that is away, busy or slow."""


class FinalError(ActionError):
    """No attempt can ever succeed: no permission, no such bucket, a template that gives nothing."""


class LookUpError(FactoryError):
    """A look-up has no answer; the language makes it the failure of the function that asked."""


class CatalogError(UsageError):
    """A rule that AWS would not accept, or that this engine does not run.

    Args:
        message: what is wrong, with the offending value.
        where: the file or the rule.
        remedy: what would be right.
    """

    def __init__(self, message: str, *, where: str, remedy: str | None = None) -> None:
        super().__init__(f"{where}: {message}", remedy=remedy)
        self.where = where
