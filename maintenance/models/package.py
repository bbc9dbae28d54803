"""A model as SageMaker wants it: `model.tar.gz`, whose files it unpacks into `/opt/ml/model`.

The same model gives the same bytes: no clock, no user and no name of this machine is in them.
"""

from __future__ import annotations

import gzip
import io
import tarfile

from maintenance.models.artifact import CARD_FILE, MODEL_FILE, ModelFiles

ARCHIVE_NAME = "model.tar.gz"


def package(files: ModelFiles) -> bytes:
    """The archive of a model.

    Args:
        files: as they were read and verified.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in ((CARD_FILE, files.card_file), (MODEL_FILE, files.model_file)):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)
