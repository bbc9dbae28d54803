"""A model as SageMaker wants it: `model.tar.gz`, whose files it unpacks into `/opt/ml/model`.

The same model gives the same bytes: no clock, no user and no name of this machine is in them.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from maintenance.models.artifact import CARD_FILE, MODEL_FILE, load

ARCHIVE_NAME = "model.tar.gz"


def package(directory: Path) -> bytes:
    """The archive of a model.

    Args:
        directory: where it lies; it is verified first.

    Raises:
        ModelError: there is no model, or it is not what its card names.
    """
    load(directory)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in (CARD_FILE, MODEL_FILE):
            content = (directory / name).read_bytes()
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)
