variable "name" {
  description = "Stem of all names, as `smart-factory-plant1`."
  type        = string

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be \"smart-factory-\" and the plant in at most 18 small letters, digits and dashes, as \"smart-factory-plant1\"."
  }
}

variable "plant" {
  description = "The plant, as `plant1`; secrets are `smart-factory/PLANT/…`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must be 1 to 18 small letters, digits and dashes, as \"plant1\"."
  }
}

# --- Keys --------------------------------------------------------------------------------------------------------------

variable "administrators" {
  description = "ARNs of those who manage the keys and cannot decrypt with them. The role that runs Terraform must be among them, or it locks itself out."
  type        = set(string)

  validation {
    condition     = length(var.administrators) > 0 && alltrue([for arn in var.administrators : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "administrators must hold at least one ARN of an IAM role or user, as \"arn:aws:iam::111122223333:role/smart-factory-github-deploy\"; sessions of a role (sts, assumed-role) come and go."
  }
}

variable "users" {
  description = "Who may use a key beside the plant's own roles (`NAME-…`): a key's name → ARNs of roles or users, in which `*` stands for any letters of a name. Who runs `factory provision` needs `identities` and, with `--fleet`, `fleet`."
  type        = map(set(string))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.users), ["identities", "lake", "fleet", "models", "truth", "secrets", "logs"])) == 0
    error_message = "users must be by the keys identities, lake, fleet, models, truth, secrets, logs."
  }

  validation {
    condition     = alltrue([for arn in flatten([for arns in values(var.users) : tolist(arns)]) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+\\*?$", arn))])
    error_message = "users must be ARNs of IAM roles or users with at least a letter of their name, as \"arn:aws:iam::111122223333:role/provisioner\"."
  }
}

variable "deletion_window_days" {
  description = "How long a deleted key can be called back [days], 7 to 30."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30 && floor(var.deletion_window_days) == var.deletion_window_days
    error_message = "deletion_window_days must be a whole number from 7 to 30."
  }
}

# --- Secrets -----------------------------------------------------------------------------------------------------------

variable "secret_recovery_days" {
  description = "How long a deleted secret can be called back [days], 7 to 30; 0 deletes at once, so that its name is free again."
  type        = number
  default     = 7

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30 && floor(var.secret_recovery_days) == var.secret_recovery_days)
    error_message = "secret_recovery_days must be 0 or a whole number from 7 to 30."
  }
}

# --- Images ------------------------------------------------------------------------------------------------------------

variable "images" {
  description = "Images that get a repository `smart-factory/IMAGE`. Repositories are the account's: a second plant takes `[]` and the first one's addresses."
  type        = set(string)
  default     = ["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana", "local-aws"]
  nullable    = false

  validation {
    condition     = alltrue([for image in var.images : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", image))])
    error_message = "images must be names in small letters, digits and dashes, as \"simulator\" or \"local-aws\"."
  }
}

variable "images_kept" {
  description = "So many tagged images are kept in each repository: as many releases one can go back to."
  type        = number
  default     = 30

  validation {
    condition     = var.images_kept >= 2 && floor(var.images_kept) == var.images_kept
    error_message = "images_kept must be a whole number of at least 2, or no earlier release is left to go back to."
  }
}

variable "delete_images_with_repositories" {
  description = "Whether destroying takes repositories that still hold images."
  type        = bool
  default     = false
}
