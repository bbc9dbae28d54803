variable "name" {
  type        = string
  description = "Stem of all names: smart-factory-PLANT."

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory- and a plant of at most 18 small letters, digits and dashes, such as smart-factory-plant1: buckets are named after it."
  }
}

variable "plant" {
  type        = string
  description = "The plant whose archive this is: plant=PLANT in the keys."

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must have 1 to 18 small letters, digits and dashes, such as plant1: buckets are named after it."
  }
}

variable "key_arns" {
  type        = map(string)
  description = "ARNs of the KMS keys by what they encrypt: lake, fleet, identities, models, truth and logs."

  validation {
    condition     = alltrue([for use in ["lake", "fleet", "identities", "models", "truth", "logs"] : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.key_arns[use]))])
    error_message = "key_arns must have the ARN of a KMS key for each of lake, fleet, identities, models, truth and logs: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "retention_days" {
  type = object({
    raw        = optional(number, 90)
    quarantine = optional(number, 365)
    errors     = optional(number, 365)
    inbox      = optional(number, 90)
    logs       = optional(number, 90)
    results    = optional(number, 7)
    noncurrent = optional(number, 30)
  })
  description = "How long things stay [d]: raw, quarantine and errors of the lake, inbox of the fleet, access logs, results of Athena, and what was overwritten or deleted. Ledgers go a day before raw, quarantine and errors, where what they speak of has arrived; tables, identities, models and truth stay."
  default     = {}

  validation {
    condition     = alltrue([for days in values(var.retention_days) : days >= 1 && floor(days) == days])
    error_message = "retention_days must be whole numbers from 1, such as { raw = 90 }."
  }
}

variable "archive_buffer" {
  type = object({
    megabytes = optional(number, 64)
    seconds   = optional(number, 300)
  })
  description = "When Firehose writes an object: at the first of these limits. More gives fewer and larger objects, later."
  default     = {}

  validation {
    condition     = var.archive_buffer.megabytes >= 1 && var.archive_buffer.megabytes <= 128 && var.archive_buffer.seconds >= 60 && var.archive_buffer.seconds <= 900
    error_message = "archive_buffer must have 1 to 128 megabytes and 60 to 900 seconds, such as { megabytes = 64, seconds = 300 }."
  }
}

variable "first_day" {
  type        = string
  description = "Day before which Athena looks for nothing [UTC]."
  default     = "2025-01-01"

  validation {
    condition     = can(formatdate("YYYY", "${var.first_day}T00:00:00Z")) && can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.first_day))
    error_message = "first_day must be a day such as 2025-01-01."
  }
}

variable "question_bytes" {
  type        = number
  description = "Athena stops a question that reads more than so much [bytes]."
  default     = 107374182400

  validation {
    condition     = var.question_bytes >= 10485760 && floor(var.question_bytes) == var.question_bytes
    error_message = "question_bytes must be a whole number from 10485760 (10 MB, the least that Athena takes), such as 107374182400."
  }
}

variable "log_retention_days" {
  type        = number
  description = "How long Firehose's log is kept [d]."
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs knows, such as 30, 90 or 365."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Whether terraform destroy deletes buckets with what is in them, and Athena's workgroup with its history. For trials only."
  default     = false
}

variable "permissions_boundary_arn" {
  description = "The most that each role made here can ever do: the policy `permissions_boundary_arn` of the bootstrap; null: no bound."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy, such as arn:aws:iam::111122223333:policy/smart-factory-plant-boundary, or null."
  }
}
