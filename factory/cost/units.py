"""Lengths and sizes by which AWS counts."""

from __future__ import annotations

from typing import Final

HOURS_A_MONTH: Final = 730.0
"""As AWS's own calculator has it: 8,760 hours a year by twelve."""
MINUTES_A_MONTH: Final = HOURS_A_MONTH * 60
SECONDS_A_MONTH: Final = HOURS_A_MONTH * 3600
DAYS_A_MONTH: Final = HOURS_A_MONTH / 24
GB: Final = float(1 << 30)
"""Bytes of a GB on an AWS bill: a power of two (Amazon EC2 FAQ, and the example on Amazon Data Firehose's price page,
which divides KB by 1,048,576)."""
TB: Final = 1024 * GB
MILLION: Final = 1e6
