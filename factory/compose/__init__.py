"""The factory in containers, from outside: what `scripts/compose-smoke` does, and the table of settings."""
