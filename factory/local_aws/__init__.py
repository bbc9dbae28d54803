"""AWS on this machine: an emulator with its holes closed, as one supervised process.

`python -m factory.local_aws` starts ministack in our own process, where certificates are required, policies are
enforced, listeners are on loopback and state survives a kill. `root_credentials` is the key with which
`factory provision` makes everything else.
"""

from __future__ import annotations

from factory.local_aws.credentials import RootCredentials, root_credentials
from factory.local_aws.errors import LocalAwsError
from factory.local_aws.settings import LocalAwsSettings

__all__ = ["LocalAwsError", "LocalAwsSettings", "RootCredentials", "root_credentials"]
