"""Tells what a statement or a rule does before any message comes: its tree, its topics, its needs and its cost."""

from __future__ import annotations

from rules.explain.explanation import DEFAULT_PAYLOAD_BYTES, Explanation, Load, explain
from rules.explain.outline import Branch, outline

__all__ = ["DEFAULT_PAYLOAD_BYTES", "Branch", "Explanation", "Load", "explain", "outline"]
