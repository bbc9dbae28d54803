"""What is counted of shipments."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from contracts import metrics


class ShippingMeters:
    """Metrics of shipments; all 0 where nothing is shipped.

    Args:
        registry: takes them.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.shipped = Counter(
            metrics.SIMULATOR_SHIPPED_BYTES.declared_name, metrics.SIMULATOR_SHIPPED_BYTES.help, registry=registry
        )
        self.failures = Counter(
            metrics.SIMULATOR_SHIP_FAILURES.declared_name, metrics.SIMULATOR_SHIP_FAILURES.help, registry=registry
        )
        self.unshipped = Gauge(
            metrics.SIMULATOR_UNSHIPPED_BYTES.name, metrics.SIMULATOR_UNSHIPPED_BYTES.help, registry=registry
        )
        self.last_shipment = Gauge(
            metrics.SIMULATOR_LAST_SHIPMENT.name, metrics.SIMULATOR_LAST_SHIPMENT.help, registry=registry
        )
