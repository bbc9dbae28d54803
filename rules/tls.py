"""The engine's identity, and whom it trusts."""

from __future__ import annotations

import ssl
from pathlib import Path

from contracts.errors import SettingsError
from contracts.identity import CA_FILE, certificate_file, key_file
from contracts.resources import RULES_ENGINE


def tls_context(identities_dir: Path) -> ssl.SSLContext:
    """TLS 1.2 or later, as the rules engine, towards a broker that the plant's CA vouches for.

    Raises:
        SettingsError: a file is missing or is not what it should be.
    """
    certificate, key = (identities_dir / name(RULES_ENGINE) for name in (certificate_file, key_file))
    ca = identities_dir / CA_FILE
    for file in (ca, certificate, key):
        if not file.is_file():
            raise SettingsError(
                f"RULES_IDENTITIES_DIR={str(identities_dir)!r} has no {file.relative_to(identities_dir)}.",
                remedy=f"The init container lays it down (INIT_SHARDS={RULES_ENGINE}).",
            )
    try:
        context = ssl.create_default_context(cafile=str(ca))
        context.load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(f"The identity in {identities_dir} cannot be used: {error}.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
