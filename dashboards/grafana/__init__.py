"""Grafana: four dashboards, a function a panel, and what provisions them."""
