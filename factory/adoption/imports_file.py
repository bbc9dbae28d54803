"""The file of import blocks that Terraform reads beside the configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping

IMPORTS_FILE = "imports.generated.tf"
_HEAD = """\
# Written by scripts/tf-smart-import.sh and written again by each run: what is in AWS already and not yet in the state.
# Of no use once it is applied; --apply removes it then.
"""


def imports_text(ids: Mapping[str, str]) -> str:
    """Import blocks as text of HCL.

    Args:
        ids: import id by address.

    Example:
        >>> print(imports_text({'aws_s3_bucket.this["raw"]': "plant1-raw"}).partition("then.")[2])
        <BLANKLINE>
        <BLANKLINE>
        import {
          to = aws_s3_bucket.this["raw"]
          id = "plant1-raw"
        }
        <BLANKLINE>
    """
    blocks = (f"\nimport {{\n  to = {address}\n  id = {hcl_string(ids[address])}\n}}\n" for address in sorted(ids))
    return _HEAD + "".join(blocks)


def hcl_string(text: str) -> str:
    r"""A text as HCL writes it, with nothing in it that HCL would evaluate.

    Example:
        >>> print(hcl_string('arn:${region}"'))
        "arn:$${region}\""
    """
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
