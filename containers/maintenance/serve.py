"""What SageMaker starts a model's container with, `docker run IMAGE serve`: the model server.

With this module in the image, `serve` behind the entry point is the same as `maintenance.server`
(SageMaker developer guide, "Custom inference code with hosting services").
"""

import sys

from maintenance.server.__main__ import main

sys.exit(main())
