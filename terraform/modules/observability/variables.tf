variable "name" {
  description = "Stem of all names: smart-factory-PLANT."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory- and a plant of at most 18 small letters, digits and dashes, such as smart-factory-plant1."
  }
}

variable "alarm_mails" {
  description = "Mail addresses that every alarm is sent to; SNS asks each to confirm it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_mails : can(regex("^[^@ ,]+@[^@ ,]+$", address))])
    error_message = "alarm_mails must be mail addresses, such as operator@factory.example, one an element."
  }
}

variable "key_arn" {
  description = "KMS key of the alarms' topic and of this module's log group; its policy must let CloudWatch, EventBridge, AWS Budgets and CloudWatch Logs use it, as that of the keys module's `logs` does."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[^:]+:kms:[^:]+:[0-9]*:key/.+$", var.key_arn))
    error_message = "key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/…, and not an alias."
  }
}

variable "log_retention_days" {
  description = "How long the events of stopped tasks are kept [d]."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch knows, such as 14, 30 or 365."
  }
}

variable "runbooks_url" {
  description = "Address under which the pages of docs/runbooks are read."
  type        = string
  default     = "https://github.com/smart-factory/smart-factory/blob/main/docs/runbooks"
  nullable    = false

  validation {
    condition     = can(regex("^https://[^ ]+[^/ ]$", var.runbooks_url))
    error_message = "runbooks_url must be an address by HTTPS without a slash at its end, such as https://github.com/OWNER/smart-factory/blob/main/docs/runbooks."
  }
}

variable "rule_names" {
  description = "Names of the IoT rules."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.rule_names : can(regex("^[A-Za-z0-9_]+$", rule))])
    error_message = "rule_names must be names of IoT rules, such as archive, and not their ARNs."
  }
}

variable "iot_log_group_name" {
  description = "Log group of AWS IoT, usually AWSIotLogsV2; null: its lines are not counted."
  type        = string
  default     = null

  validation {
    condition     = var.iot_log_group_name == null || can(regex("^[A-Za-z0-9_./#-]{1,512}$", var.iot_log_group_name))
    error_message = "iot_log_group_name must be the name of a log group, such as AWSIotLogsV2, and not its ARN."
  }
}

variable "archive_stream_name" {
  description = "Firehose stream of the archive; null: it is not watched."
  type        = string
  default     = null

  validation {
    condition     = var.archive_stream_name == null || can(regex("^[A-Za-z0-9_.-]{1,64}$", var.archive_stream_name))
    error_message = "archive_stream_name must be the name of a Firehose stream, such as smart-factory-plant1-archive, and not its ARN."
  }
}

variable "archive_late_after_s" {
  description = "Age of the oldest record in the stream from which delivery is late [s]; well above the stream's buffering interval."
  type        = number
  default     = 1800
  nullable    = false

  validation {
    condition     = var.archive_late_after_s >= 120
    error_message = "archive_late_after_s must be 120 s or more, such as 1800: Firehose buffers for up to 900 s."
  }
}

variable "dead_letter_queue_names" {
  description = "SQS queues in which a message is one that nobody could use, by whose they are."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for queue in values(var.dead_letter_queue_names) : can(regex("^[A-Za-z0-9_-]{1,80}$", queue))])
    error_message = "dead_letter_queue_names must be names of SQS queues, such as { fleet = \"smart-factory-plant1-fleet-dead-letters\" }, and not their addresses."
  }
}

variable "function_name" {
  description = "The fleet's function; null: it is not watched."
  type        = string
  default     = null

  validation {
    condition     = var.function_name == null || can(regex("^[A-Za-z0-9_-]{1,64}$", var.function_name))
    error_message = "function_name must be the name of a Lambda function, such as smart-factory-plant1-fleet, and not its ARN."
  }
}

variable "retry_queue_name" {
  description = "SQS queue of readings whose verdict is missing; null: it is not watched."
  type        = string
  default     = null

  validation {
    condition     = var.retry_queue_name == null || can(regex("^[A-Za-z0-9_-]{1,80}$", var.retry_queue_name))
    error_message = "retry_queue_name must be the name of an SQS queue, such as smart-factory-plant1-fleet-retries, and not its address."
  }
}

variable "endpoint" {
  description = "SageMaker endpoint of the fleet's model, its name and variant; null: it is not watched."
  type        = object({ name = string, variant = optional(string, "AllTraffic") })
  default     = null

  validation {
    condition     = var.endpoint == null || can(regex("^[A-Za-z0-9-]{1,63}$", var.endpoint.name))
    error_message = "endpoint.name must be the name of a SageMaker endpoint, such as smart-factory-plant1-fleet, and not its ARN."
  }
}

variable "load_balancer" {
  description = "The load balancer as CloudWatch names it, `arn_suffix` app/NAME/ID, and its target groups by service, targetgroup/NAME/ID; null: it is not watched."
  type = object({
    arn_suffix    = string
    target_groups = optional(map(string), {})
  })
  default = null

  validation {
    condition     = var.load_balancer == null || can(regex("^app/[^/]+/[0-9a-f]+$", var.load_balancer.arn_suffix))
    error_message = "load_balancer.arn_suffix must be like app/smart-factory-plant1/50dc6c495c0c9188: the end of the load balancer's ARN."
  }

  validation {
    condition     = var.load_balancer == null || alltrue([for suffix in values(try(var.load_balancer.target_groups, {})) : can(regex("^targetgroup/[^/]+/[0-9a-f]+$", suffix))])
    error_message = "load_balancer.target_groups must be like { grafana = \"targetgroup/grafana/73e2d6bc24d8a067\" }: the end of each target group's ARN."
  }
}

variable "certificate_arns" {
  description = "ACM certificates whose end is watched, by a name for each."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.certificate_arns) : can(regex("^arn:[^:]+:acm:[^:]+:[0-9]{12}:certificate/.+$", arn))])
    error_message = "certificate_arns must be ARNs of ACM certificates, such as arn:aws:acm:eu-central-1:111122223333:certificate/…."
  }
}

variable "certificate_days" {
  description = "Days before a certificate's end from which it is told [d]. ACM renews its own 60 days before."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.certificate_days >= 1 && var.certificate_days <= 60
    error_message = "certificate_days must be from 1 to 60, such as 30."
  }
}

variable "cluster" {
  description = "ECS cluster whose tasks are watched, and its services by what they run, each with an alarm for tasks that start again and again; null: none."
  type = object({
    arn      = string
    services = optional(map(string), {})
  })
  default = null

  validation {
    condition     = var.cluster == null || can(regex("^arn:[^:]+:ecs:[^:]+:[0-9]{12}:cluster/.+$", var.cluster.arn))
    error_message = "cluster.arn must be the ARN of an ECS cluster, such as arn:aws:ecs:eu-central-1:111122223333:cluster/smart-factory-plant1."
  }

  validation {
    condition     = var.cluster == null || alltrue([for service in values(try(var.cluster.services, {})) : can(regex("^[A-Za-z0-9_-]{1,255}$", service))])
    error_message = "cluster.services must be names of ECS services, such as { simulator = \"smart-factory-plant1-simulator\" }, and not their ARNs."
  }
}

variable "log_group_names" {
  description = "Log groups of our programs by what they run, of which lines with the level error are counted."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for group in values(var.log_group_names) : can(regex("^[A-Za-z0-9_./#-]{1,512}$", group))])
    error_message = "log_group_names must be names of log groups, such as { simulator = \"/smart-factory/plant1/simulator\" }, and not their ARNs."
  }
}

variable "budget" {
  description = "What the account may cost a month: `monthly_usd`, `mails` to tell, and `tag`, KEY$VALUE of a cost allocation tag that the costs are to have. null: no budget."
  type = object({
    monthly_usd = number
    mails       = set(string)
    tag         = optional(string)
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.monthly_usd > 0 && length(var.budget.mails) > 0, false)
    error_message = "budget must have monthly_usd above 0 and at least one address in mails, such as { monthly_usd = 200, mails = [\"boss@factory.example\"] }."
  }

  validation {
    condition     = try(var.budget.tag, null) == null || can(regex("^[^$]+[$][^$]+$", var.budget.tag))
    error_message = "budget.tag must be KEY$VALUE, such as plant$plant1; activate KEY as a cost allocation tag first."
  }
}
