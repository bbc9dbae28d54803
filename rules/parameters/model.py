"""What the models of all actions share: AWS's keys, and texts that may hold templates."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

RoleArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
"""JSON's own true and numbers, as AWS takes no texts in their place."""


class AwsModel(BaseModel):
    """Keys in camel case as AWS writes them; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _knows_every_key(cls, value: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in value if isinstance(value, dict) else ():
            if key not in known:
                raise ValueError(f"AWS has no key {key!r} here; {guess(key, known)}it takes {', '.join(known)}")
        return value


def guess(word: object, known: list[str]) -> str:
    """A hint at the word that was probably meant, or nothing.

    Example:
        >>> guess("bucketname", ["bucketName", "key"]), guess("colour", ["bucketName", "key"])
        ("did you mean 'bucketName'? ", '')
    """
    by_lower_case = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(word).lower(), by_lower_case, n=1)
    return f"did you mean {by_lower_case[close[0]]!r}? " if close else ""


def has_template(text: str) -> bool:
    """Whether a text is filled for each message, so that its value cannot be judged before."""
    return "${" in text


def one_of(*allowed: str) -> AfterValidator:
    """A text that is one of these, or a template that will give one."""

    def check(text: str) -> str:
        if not has_template(text) and text not in allowed:
            raise ValueError(f"it must be {' or '.join(allowed)}, or a template")
        return text

    return AfterValidator(check)


def written_as(pattern: str, sentence: str) -> AfterValidator:
    """A text of a certain form, or a template that will give one.

    Args:
        pattern: regular expression of the whole text.
        sentence: what is right, for people.
    """
    fits: Callable[[str], Any] = re.compile(pattern).fullmatch

    def check(text: str) -> str:
        if not has_template(text) and not fits(text):
            raise ValueError(sentence)
        return text

    return AfterValidator(check)


TimeUnit = Annotated[str, one_of("SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS")]
