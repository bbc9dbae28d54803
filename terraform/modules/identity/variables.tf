variable "name" {
  type        = string
  description = "Stem of all names: smart-factory-PLANT."

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory- and a plant of at most 18 small letters, digits and dashes, such as smart-factory-plant1."
  }
}

variable "plant" {
  type        = string
  description = "The plant: second level of its machines' topics."

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must have 1 to 18 small letters, digits and dashes, such as plant1."
  }
}

variable "logs_key_arn" {
  type        = string
  description = "KMS key that encrypts the log group of AWS IoT."

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.logs_key_arn))
    error_message = "logs_key_arn must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "identities_key_arn" {
  type        = string
  description = "KMS key that encrypts the table of leases."

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.identities_key_arn))
    error_message = "identities_key_arn must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the table of leases refuses to be deleted; it holds the numbers that keep messages apart."
  default     = true
}

variable "log_retention_days" {
  type        = number
  description = "How long AWS IoT's log is kept [d]."
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs knows, such as 30, 90 or 365."
  }
}

variable "log_level" {
  type        = string
  description = "Lowest level that AWS IoT logs: at ERROR failed rule executions, at INFO each rule execution and each message, which costs several lines a message."
  default     = "ERROR"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARN or ERROR; DISABLED would hide failed rules."
  }
}

variable "certificate_age_days" {
  type        = number
  description = "From this age on Device Defender's audit reports a machine's certificate [d]; factory provision renews certificates."
  default     = 365

  validation {
    condition     = var.certificate_age_days >= 30 && var.certificate_age_days <= 3650 && floor(var.certificate_age_days) == var.certificate_age_days
    error_message = "certificate_age_days must be a whole number from 30 to 3650, such as 365."
  }
}

variable "audit_day" {
  type        = string
  description = "Day of the weekly audit [UTC]."
  default     = "MON"

  validation {
    condition     = contains(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], var.audit_day)
    error_message = "audit_day must be SUN, MON, TUE, WED, THU, FRI or SAT."
  }
}

variable "audit_topic" {
  type = object({
    arn     = string
    key_arn = string
  })
  description = "SNS topic that is told what an audit found, and the KMS key it is encrypted under; null tells nobody, and findings stay in the console and in the API."
  default     = null

  validation {
    condition     = var.audit_topic == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+$", var.audit_topic.arn)) && can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.audit_topic.key_arn))
    error_message = "audit_topic must be null, or { arn = \"arn:aws:sns:REGION:ACCOUNT:TOPIC\", key_arn = \"arn:aws:kms:REGION:ACCOUNT:key/ID\" }."
  }
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
