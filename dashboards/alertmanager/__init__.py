"""Alertmanager: who is told, in which words."""
