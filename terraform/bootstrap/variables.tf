variable "repository" {
  description = "The repository on GitHub that may plan and deploy, as GitHub names it to AWS: `owner@1234/name@5678` if it was made or renamed since 15 July 2026 or has opted in, `owner/name` else. `gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix` tells it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+$", var.repository)) || can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*@[0-9]+/[A-Za-z0-9._-]+@[0-9]+$", var.repository))
    error_message = "repository must be \"owner/name\", or \"owner@1234/name@5678\" with the numbers of both, and without a pattern."
  }
}

variable "region" {
  description = "AWS region of the state, and of the plants."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region of AWS, as \"eu-central-1\"."
  }
}

variable "name" {
  description = "Stem of the names of what is made here. The deploy role may make roles and policies of this stem only."
  type        = string
  default     = "smart-factory"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}[a-z0-9]$", var.name))
    error_message = "name must be 4 to 30 small letters, digits and dashes, as \"smart-factory\"."
  }
}

variable "branch" {
  description = "The branch that may deploy."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.branch))
    error_message = "branch must be the name of one branch without a pattern, as \"main\"."
  }
}

variable "deploy_environment" {
  description = "Environment on GitHub whose jobs may deploy as well. GitHub then names the environment and no longer the branch: restrict it to the branch there first. `null`: none."
  type        = string
  default     = null

  validation {
    condition     = var.deploy_environment == null || can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*$", var.deploy_environment))
    error_message = "deploy_environment must be the name of one environment without a pattern, as \"production\", or null."
  }
}

variable "github_oidc_provider_arn" {
  description = "ARN of GitHub's OIDC provider where the account has it already: there can be only one. `null` makes it."
  type        = string
  default     = null

  validation {
    condition     = var.github_oidc_provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.github_oidc_provider_arn))
    error_message = "github_oidc_provider_arn must be as \"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\", or null."
  }
}

variable "administrators" {
  description = "ARNs of those who manage the key of the state and read the state: people who deploy by hand."
  type        = set(string)

  validation {
    condition     = length(var.administrators) > 0 && alltrue([for arn in var.administrators : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "administrators must hold at least one ARN of an IAM role or user, as \"arn:aws:iam::111122223333:role/admin\"; you are among them, or could not change the key again."
  }
}

variable "old_states_days" {
  description = "How long earlier versions of the state are kept [days]."
  type        = number
  default     = 90

  validation {
    condition     = var.old_states_days >= 7 && floor(var.old_states_days) == var.old_states_days
    error_message = "old_states_days must be a whole number of at least 7: an earlier state is what saves a broken one."
  }
}
