"""Parameters of `lambda` and `stepFunctions`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rules.parameters.model import AwsModel, RoleArn, written_as


class LambdaParameters(AwsModel):
    """Invokes a function with each message; who may do so is in the function's own policy, so there is no role."""

    function_arn: Annotated[
        str,
        written_as(
            r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9_-]{1,64}(:(\$LATEST|[a-zA-Z0-9_-]{1,128}))?",
            "it must be the ARN of a function: arn:aws:lambda:REGION:ACCOUNT:function:NAME[:VERSION]",
        ),
    ]


class StepFunctionsParameters(AwsModel):
    """Starts a state machine with each message."""

    role_arn: RoleArn
    state_machine_name: Annotated[
        str, written_as(r"[a-zA-Z0-9_-]{1,80}", "a state machine has 1-80 letters, digits, dashes and underscores")
    ]
    execution_name_prefix: str | None = Field(default=None, min_length=1)
