"""Proof that nothing acknowledged was lost, from the ledger and the archive.

The publisher's ledger says what the broker acknowledged; archive and quarantine say what arrived. `core` compares the
two and knows neither files nor S3; `ledgers` and `archive` read them; `report` shows the result.
"""

from factory.audit.core import Account, Audit, Delivery, Stretch

__all__ = ["Account", "Audit", "Delivery", "Stretch"]
