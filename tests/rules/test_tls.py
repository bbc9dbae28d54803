"""The identity is checked before anything is dialled."""

from __future__ import annotations

import ssl

import pytest

from contracts.errors import SettingsError
from contracts.identity import CA_FILE, certificate_file, key_file
from contracts.resources import RULES_ENGINE
from rules.tls import tls_context


def test_the_context_asks_for_tls_1_2_and_a_name_that_fits(identity):
    """Whom we do not know we do not speak to."""
    context = tls_context(identity)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("file", [CA_FILE, certificate_file(RULES_ENGINE), key_file(RULES_ENGINE)])
def test_a_missing_or_broken_file_is_a_wrong_setting(identity, file):
    """With the directory, and the file where it is missing."""
    (identity / file).write_text("broken")
    with pytest.raises(SettingsError, match="cannot be used"):
        tls_context(identity)

    (identity / file).unlink()
    with pytest.raises(SettingsError, match=file):
        tls_context(identity)
