"""Ledger and truth shipped to S3 as they grow, for a disk that dies with its task.

`journal` remembers what was shipped, `cutting` takes whole lines off a file, `shipper` is one shipment of a directory,
and `routine` makes one each minute, on a thread for which nothing that plays ever waits. What objects are called is in
`contracts.segments`.
"""

from simulator.shipping.bucket import bucket_of
from simulator.shipping.meters import ShippingMeters
from simulator.shipping.routine import Routine
from simulator.shipping.shipper import Put, Shipper, ShippingError

__all__ = ["Put", "Routine", "Shipper", "ShippingError", "ShippingMeters", "bucket_of"]
