"""Where things lie in the data directory of a local factory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from factory.errors import LocalFactoryUsageError


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths below a data directory.

    Example:
        >>> Layout(Path("var")).log("rules").as_posix()
        'var/logs/rules.log'
    """

    root: Path

    def make(self) -> None:
        """Make the directory, for its owner only: keys and passwords lie in it.

        Raises:
            LocalFactoryUsageError: it cannot be made, or is another user's.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            # One that was there before may be open to others.
            self.root.chmod(0o700)
            self.logs.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise LocalFactoryUsageError(
                f"--data-dir {self.root} cannot be used: {error.strerror}.", remedy="Name a directory of your own."
            ) from None

    @property
    def run_file(self) -> Path:
        """What runs: the programs with their process ids and addresses."""
        return self.root / "factory.json"

    @property
    def lock_file(self) -> Path:
        """Locked by the supervisor as long as it lives."""
        return self.root / "factory.lock"

    @property
    def history_file(self) -> Path:
        """What happened to the programs, a line an event; only ever appended to."""
        return self.root / "history.jsonl"

    @property
    def aws(self) -> Path:
        """State of the local AWS."""
        return self.root / "aws"

    @property
    def ledger(self) -> Path:
        """The publisher's ledgers."""
        return self.root / "ledger"

    @property
    def mail(self) -> Path:
        """Caught mails."""
        return self.root / "mail"

    @property
    def logs(self) -> Path:
        """Logs, a file a program."""
        return self.root / "logs"

    def log(self, program: str) -> Path:
        """Log of a program."""
        return self.logs / f"{program}.log"

    def identities(self, program: str) -> Path:
        """What the init container lays down for a program."""
        return self.root / "identities" / program

    def of(self, program: str) -> Path:
        """Configuration and data of a program that we did not write."""
        return self.root / program
