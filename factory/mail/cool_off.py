"""What to send now and what to hold back: one mail at once, then at most one digest per kind and cool-off time.

A rule on the stream tells of every reading, so that one hot machine is a notification a second. The first of a kind is
due at once. Once a mail server has taken it, those that follow are held until the cool-off time is over, and are then
due together; a time in which none came ends the matter. Nothing here sends, reads a clock or knows of a queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from factory.mail.notification import Notification

Kind = tuple[str, ...]


@dataclass(slots=True)
class Bundle:
    """Notifications of one kind that will be told in one mail.

    Of all but the first, the last and the worst only the receipts are kept: a storm may last for hours.
    """

    kind: Kind
    first: Notification
    last: Notification
    worst: Notification
    receipts: dict[str, str] = field(default_factory=dict)
    """Receipt by the queue's id of each notification; it is deleted by the receipt of its latest delivery."""
    follows_a_mail: bool = False

    def __len__(self) -> int:
        return len(self.receipts)

    def add(self, notification: Notification) -> None:
        """Count one more in."""
        if notification.told_at < self.first.told_at:
            self.first = notification
        if notification.told_at >= self.last.told_at:
            self.last = notification
        if notification.severity > self.worst.severity:
            self.worst = notification


@dataclass(slots=True)
class _Window:
    """How a kind stands."""

    quiet_until: float
    bundle: Bundle | None = None
    mailed: bool = False
    failures: int = 0


class CoolOff:
    """Holds notifications until their mail is due.

    Times are seconds of any one clock that does not go back.

    Args:
        cool_off_s: between two mails of a kind [s]; with 0 each notification has its own mail.
        longest_pause_s: longest wait after a mail that was not taken [s]; the waits begin at 2 s and double.

    Example:
        >>> desk = CoolOff(300)
        >>> for second in range(3):
        ...     desk.take(f"id{second}", "receipt", Notification(Message="M003 is hot"), now=second)
        ...     for bundle in desk.due(now=second):
        ...         print(second, len(bundle), list(desk.taken(bundle, now=second)))
        0 1 ['id0']
        >>> desk.due(now=299.0), [len(bundle) for bundle in desk.due(now=300.0)]
        ([], [2])
    """

    def __init__(self, cool_off_s: float, longest_pause_s: float = 60.0) -> None:
        self._cool_off_s = cool_off_s
        self._longest_pause_s = longest_pause_s
        self._windows: dict[Kind, _Window] = {}

    def __len__(self) -> int:
        """How many notifications are held."""
        return sum(len(bundle) for bundle in self.held())

    def take(self, id_: str, receipt: str, notification: Notification, now: float) -> None:
        """Hold a notification; one that is held already has only come again, with a new receipt.

        Args:
            id_: the queue's id of it, the same at each delivery.
            receipt: by which this delivery is deleted.
            notification: what it says.
            now: time [s].
        """
        kind = notification.kind if self._cool_off_s else (id_,)
        window = self._windows.setdefault(kind, _Window(quiet_until=now))
        if window.bundle is None:
            window.bundle = Bundle(kind, notification, notification, notification, follows_a_mail=window.mailed)
        elif id_ not in window.bundle.receipts:
            window.bundle.add(notification)
        window.bundle.receipts[id_] = receipt

    def due(self, now: float) -> list[Bundle]:
        """What is to be sent now, the longest due first."""
        for kind in [kind for kind, window in self._windows.items() if window.bundle is None]:
            if self._windows[kind].quiet_until <= now:
                del self._windows[kind]
        ready = [window for window in self._windows.values() if window.bundle and window.quiet_until <= now]
        return [window.bundle for window in sorted(ready, key=lambda window: window.quiet_until) if window.bundle]

    def taken(self, bundle: Bundle, now: float) -> dict[str, str]:
        """A mail server has taken the bundle's mail; the receipts of what may be deleted now, by id."""
        window = self._windows[bundle.kind]
        window.bundle, window.mailed, window.failures = None, True, 0
        window.quiet_until = now + self._cool_off_s
        return bundle.receipts

    def failed(self, bundle: Bundle, now: float) -> float:
        """No mail server has taken the bundle's mail; the pause until it is due again [s]."""
        window = self._windows[bundle.kind]
        window.failures += 1
        pause = float(min(2.0 ** min(window.failures, 16), self._longest_pause_s))
        window.quiet_until = now + pause
        return pause

    def held(self) -> list[Bundle]:
        """All that is held, due or not."""
        return [window.bundle for window in self._windows.values() if window.bundle]

    def wait(self, now: float) -> float | None:
        """How long until something is due [s]; none where nothing is held."""
        return min(
            (max(0.0, window.quiet_until - now) for window in self._windows.values() if window.bundle), default=None
        )

    def waits(self, ids: Iterable[str], now: float) -> dict[str, tuple[str, float]]:
        """Those of these that are held: the receipt of each, and how long it is held yet [s]."""
        wanted = set(ids)
        return {
            id_: (window.bundle.receipts[id_], max(0.0, window.quiet_until - now))
            for window in self._windows.values()
            if window.bundle
            for id_ in wanted & window.bundle.receipts.keys()
        }
