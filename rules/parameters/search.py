"""Parameters of `openSearch` and its predecessor `elasticsearch`."""

from __future__ import annotations

from pydantic import Field

from rules.parameters.model import AwsModel, RoleArn, Text


class OpenSearchParameters(AwsModel):
    """Writes each message to a document of an index."""

    role_arn: RoleArn
    endpoint: str = Field(pattern=r"^(https?://.+|\$\{.+)$")
    index: Text
    type: Text
    id: Text


class ElasticsearchParameters(OpenSearchParameters):
    """The same for domains of before 2021; AWS takes it in rules that are there already."""
