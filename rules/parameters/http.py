"""Parameters of `http`.

An `https` URL may name the ports 443 and 8443 (AWS General Reference, quotas of the HTTP action). Beyond AWS, plain
`http` to a loopback address is taken as well: that is how a service is tried on one machine.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from rules.parameters.model import AwsModel, Flag, RoleArn, Text, Whole, has_template

MAX_HEADERS = 100
MAX_URL = 2000
PORTS = (None, 443, 8443)


def usable_url(url: str) -> str:
    """A URL that the `http` action may call.

    Raises:
        ValueError: it may not, in a sentence.

    Example:
        >>> usable_url("http://127.0.0.1:8080/readings")
        'http://127.0.0.1:8080/readings'
        >>> usable_url("http://example.com/")
        Traceback (most recent call last):
        ...
        ValueError: it must begin with https:// (or http:// and a loopback address), not 'http://example.com/'
    """
    parts = urlsplit(url)
    local = is_loopback(parts)
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError(f"it must begin with https:// (or http:// and a loopback address), not {url[:80]!r}")
    if not parts.hostname or "@" in parts.netloc or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise ValueError(f"{url[:80]!r} is not a URL of a host without blanks and credentials")
    if ":" in parts.hostname:
        raise ValueError("IPv6 addresses are not supported by AWS IoT")
    if not local and parts.port not in PORTS:
        raise ValueError(f"the port must be 443 or 8443, not {parts.port}")
    return url


def is_loopback(parts: SplitResult) -> bool:
    """Whether a URL stays on this machine."""
    host = parts.hostname or ""
    octets = host.split(".")
    return host == "localhost" or (octets[0] == "127" and len(octets) == 4 and all(part.isdigit() for part in octets))


def _checked(url: str) -> str:
    return url if has_template(url) else usable_url(url)


Url = Annotated[str, Field(min_length=1, max_length=MAX_URL), AfterValidator(_checked)]


class HttpHeader(AwsModel):
    """A header of the request; its value may hold templates."""

    key: str = Field(min_length=1, max_length=256, pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
    value: str


class SigV4Parameters(AwsModel):
    """Signs the request as AWS's own services want it."""

    role_arn: RoleArn
    signing_region: Text
    service_name: Text


class HttpAuthorization(AwsModel):
    """How the request proves who sends it."""

    sigv4: SigV4Parameters | None = None


class BatchConfig(AwsModel):
    """When a batch is sent: at the first of these limits."""

    max_batch_open_ms: Whole = Field(default=20, ge=5, le=200)
    max_batch_size: Whole = Field(default=10, ge=2, le=10)
    max_batch_size_bytes: Whole = Field(default=5120, ge=100, le=131_072)
    batch_across_topics: Flag = False


class HttpParameters(AwsModel):
    """Sends each message to a web service."""

    url: Url
    confirmation_url: Url | None = None
    headers: tuple[HttpHeader, ...] = Field(default=(), max_length=MAX_HEADERS)
    auth: HttpAuthorization | None = None
    enable_batching: Flag = False
    batch_config: BatchConfig | None = None

    @field_validator("url")
    @classmethod
    def _has_a_scheme(cls, url: str) -> str:
        if url.startswith("http://") and has_template(url.removeprefix("http://").partition("/")[0]):
            raise ValueError("plain http goes to a loopback address only, so its host cannot be a template")
        return url

    @model_validator(mode="after")
    def _is_confirmed(self) -> HttpParameters:
        if self.confirmation_url is None:
            if has_template(self.url):
                raise ValueError("a url with templates needs a confirmationUrl")
            return self
        # What a template gives is only known for a message; it is compared then.
        written = self.confirmation_url.partition("${")[0]
        if not self.url.startswith(written):
            raise ValueError(f"confirmationUrl must be a prefix of url: {self.confirmation_url!r} is none")
        return self
