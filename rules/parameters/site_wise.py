"""Parameters of `iotSiteWise`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rules.parameters.model import AwsModel, RoleArn, Text, one_of


class SiteWiseTimestamp(AwsModel):
    """When a value was measured."""

    time_in_seconds: Text
    offset_in_nanos: Text | None = None


class SiteWiseVariant(AwsModel):
    """A value: exactly one of these, each a text that may hold templates."""

    string_value: str | None = Field(default=None, min_length=1, max_length=1024)
    integer_value: Text | None = None
    double_value: Text | None = None
    boolean_value: Text | None = None

    @model_validator(mode="after")
    def _is_one(self) -> SiteWiseVariant:
        given = [name for name in self.model_fields_set if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("exactly one of stringValue, integerValue, doubleValue and booleanValue is needed")
        return self


class SiteWiseValue(AwsModel):
    """A value of a property and its time."""

    value: SiteWiseVariant
    timestamp: SiteWiseTimestamp
    quality: Annotated[str, one_of("GOOD", "BAD", "UNCERTAIN")] | None = None


class SiteWiseEntry(AwsModel):
    """Values of one property, named by its alias or by the ids of asset and property."""

    entry_id: str | None = None
    property_alias: Text | None = None
    asset_id: Text | None = None
    property_id: Text | None = None
    property_values: tuple[SiteWiseValue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_a_property(self) -> SiteWiseEntry:
        by_ids = self.asset_id is not None and self.property_id is not None
        partly = self.asset_id is not None or self.property_id is not None
        if (self.property_alias is not None) == by_ids or (self.property_alias is not None and partly):
            raise ValueError("either propertyAlias is needed, or assetId with propertyId")
        return self


class SiteWiseParameters(AwsModel):
    """Sends values of each message to properties of assets."""

    role_arn: RoleArn
    put_asset_property_value_entries: tuple[SiteWiseEntry, ...] = Field(min_length=1)
