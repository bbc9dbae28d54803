"""Settings of the property-based tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure of ours: what must not hang is tested by its bounds instead.
settings.register_profile("without_deadline", deadline=None)
settings.load_profile("without_deadline")
