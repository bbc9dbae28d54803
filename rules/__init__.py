"""AWS IoT rules: the catalog, the language, the actions, and an engine that runs them against any MQTT broker.

The catalog (``rules/catalog/*.json``) is written once, in the form of AWS's create-topic-rule: on AWS it becomes topic
rules, and on one machine this engine runs the very same files. A message is acknowledged to the broker only when every
action of every rule that it matches has succeeded, or the error action has taken it.
"""

from __future__ import annotations

from rules.errors import ActionError, CatalogError, FinalError, RetryableError
from rules.loading import CATALOG_DIR, Rule, load_catalog, load_rule
from rules.placeholders import placeholders

__all__ = [
    "CATALOG_DIR",
    "ActionError",
    "CatalogError",
    "FinalError",
    "RetryableError",
    "Rule",
    "load_catalog",
    "load_rule",
    "placeholders",
]
