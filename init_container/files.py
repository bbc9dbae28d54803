"""Configurations of programs that know no variables: `${name}` in their text is filled in before they start.

Prometheus and Alertmanager read one file and nothing of their environment. On ECS the text of that file is a setting
of the init container, with names in the place of what only the account, the task or a secret knows: `${region}`,
`${host}`, `${secret.username}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from contracts.errors import SettingsError
from init_container.errors import VerificationError

_NAME = re.compile(r"\$\{([a-z_][a-z0-9_.]*)\}")
# A plain scalar of YAML, wherever it is put in one: it begins no quote, list or comment, and is of one line.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_/+.](?:[^\"'#:]|:(?=[^\s\"'#]))*)?")
_STRUCTURED = (".yml", ".yaml")


def filled(files: Mapping[str, str], values: Mapping[str, str]) -> dict[str, bytes]:
    """The files as programs will read them.

    Args:
        files: text by path; the values in a YAML file must be such that they cannot change its structure.
        values: what stands for each `${name}`.

    Raises:
        SettingsError: a name that nobody has a value for.
        VerificationError: a value that would be something else than a text in YAML.

    Example:
        >>> filled({"a.yml": "region: ${region}"}, {"region": "eu-central-1"})
        {'a.yml': b'region: eu-central-1'}
    """
    return {path: _fill(path, text, values).encode() for path, text in files.items()}


def _fill(path: str, text: str, values: Mapping[str, str]) -> str:
    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            raise SettingsError(
                f"INIT_FILES: {path} asks for ${{{name}}}, and nobody has a value for it.",
                remedy=f"Known are {', '.join(sorted(values))}; add it to INIT_VALUES, or to the secret for secret.….",
            )
        if path.endswith(_STRUCTURED) and not (values[name].isprintable() and _PLAIN.fullmatch(values[name])):
            # Not the value: it may be a password.
            raise VerificationError(
                f"The value of {name} has a character that means something in {path}: a quote, #, a line's end, or "
                f"a colon before a space.",
                remedy="Give it without, or lay it down in a file of its own.",
            )
        return values[name]

    return _NAME.sub(value_of, text)
