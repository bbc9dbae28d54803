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
  description = "The plant whose messages the rules take: {{plant}} in the catalog."

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must have 1 to 18 small letters, digits and dashes, such as plant1."
  }
}

variable "catalog_directory" {
  type        = string
  description = "Directory of rules, a file each in the form of `aws iot create-topic-rule --cli-input-json`: rules/catalog of this repository, or rules of your own."

  validation {
    condition     = length(fileset(var.catalog_directory, "*.json")) > 0
    error_message = "catalog_directory must name a directory with rules (*.json), such as ../rules/catalog."
  }
}

variable "archive_stream_name" {
  type        = string
  description = "Firehose stream of the archive: {{archive_stream}} in the catalog."

  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{1,64}$", var.archive_stream_name))
    error_message = "archive_stream_name must have 1 to 64 letters, digits, dots, dashes and underscores, such as smart-factory-plant1-archive."
  }
}

variable "lake_bucket_name" {
  type        = string
  description = "Bucket of the lake: {{lake_bucket}} in the catalog."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.lake_bucket_name))
    error_message = "lake_bucket_name must be a bucket's name, such as smart-factory-plant1-lake-111122223333."
  }
}

variable "lake_key_arn" {
  type        = string
  description = "KMS key that the lake's bucket is encrypted under; roles of rules that write there may use it through S3."

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.lake_key_arn))
    error_message = "lake_key_arn must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "alerts_key_arn" {
  type        = string
  description = "KMS key that the topic of critical values is encrypted under; roles of rules that publish there may use it through SNS."

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.alerts_key_arn))
    error_message = "alerts_key_arn must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "alert_mails" {
  type        = set(string)
  description = "Who gets each critical value by mail; SNS asks each to confirm. A rule has no memory: a machine above the limit is a mail a reading. Alertmanager's mails are grouped."
  default     = []

  validation {
    condition     = alltrue([for mail in var.alert_mails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", mail))])
    error_message = "alert_mails must be addresses, such as [\"shift@example.com\"]."
  }
}

variable "fleet_function_arn" {
  type        = string
  description = "The fleet's function: {{fleet_function_arn}} in the catalog; null is the one named NAME-fleet. Whoever makes the function lets the rule call it."
  default     = null

  validation {
    condition     = var.fleet_function_arn == null || can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]{1,64}$", var.fleet_function_arn))
    error_message = "fleet_function_arn must be null or the ARN of a function: arn:aws:lambda:REGION:ACCOUNT:function:NAME."
  }
}

variable "critical_temperature_c" {
  type        = number
  description = "Temperature of a bearing's housing above which a rule tells at once [°C]: {{critical_temperature_c}} in the catalog."
  default     = 95

  validation {
    condition     = var.critical_temperature_c >= 0 && var.critical_temperature_c <= 500 && floor(var.critical_temperature_c * 10) == var.critical_temperature_c * 10
    error_message = "critical_temperature_c must be from 0 to 500 °C with one decimal at most, such as 95."
  }
}

variable "engine_temp_judged_c" {
  type        = number
  description = "Temperature of a vehicle's engine above which each reading is judged [°C]: {{engine_temp_judged_c}} in the catalog."
  default     = 96

  validation {
    condition     = var.engine_temp_judged_c >= -60 && var.engine_temp_judged_c <= 300 && floor(var.engine_temp_judged_c * 10) == var.engine_temp_judged_c * 10
    error_message = "engine_temp_judged_c must be from -60 to 300 °C with one decimal at most, such as 96."
  }
}

variable "look_up_rights" {
  type = map(list(object({
    actions   = list(string)
    resources = list(string)
  })))
  description = "By rule: what its role may do beside its actions, for SQL that looks something up (docs/rules.md, \"Look-ups\", tells what each function needs). A rule that looks something up and is not named here is refused."
  default     = {}

  validation {
    condition     = alltrue([for right in flatten(values(var.look_up_rights)) : length(right.actions) > 0 && length(right.resources) > 0 && alltrue([for action in right.actions : can(regex("^[a-z0-9-]+:[A-Za-z]+$", action))]) && alltrue([for resource in right.resources : startswith(resource, "arn:")])])
    error_message = "look_up_rights must name single actions on ARNs, such as { my_rule = [{ actions = [\"dynamodb:GetItem\"], resources = [\"arn:aws:dynamodb:REGION:ACCOUNT:table/NAME\"] }] }."
  }
}

variable "basic_ingest" {
  type        = bool
  description = "Whether machines may send a reading to a rule by its name ($aws/rules/RULE/…), which costs no publishing. Such a reading passes by all other rules, also by the one that alarms: whoever publishes so must name each rule that is meant. Off, all readings take the topic that all rules hear."
  default     = false
}

variable "thing_group_arn" {
  type        = string
  description = "Thing group of the machines, which Basic Ingest is allowed to; not needed without."
  default     = null

  validation {
    condition     = !var.basic_ingest || can(regex("^arn:[a-z-]+:iot:[a-z0-9-]+:[0-9]{12}:thinggroup/.+$", var.thing_group_arn))
    error_message = "thing_group_arn must, with basic_ingest, be the ARN of the machines' group: arn:aws:iot:REGION:ACCOUNT:thinggroup/NAME."
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
