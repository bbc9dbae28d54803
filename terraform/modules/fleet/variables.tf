variable "name" {
  description = "Stem of all names: smart-factory-PLANT."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory- and a plant of at most 18 small letters, digits and dashes, such as smart-factory-plant1."
  }
}

variable "fleet_bucket_name" {
  description = "Bucket whose prefix inbox/ starts the function; encrypted under key_arn. Nobody else may set its notification."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.fleet_bucket_name))
    error_message = "fleet_bucket_name must be the name of a bucket, such as smart-factory-plant1-fleet-111122223333, and not its ARN."
  }
}

variable "key_arn" {
  description = "KMS key of the fleet: bucket, tables, queues, topic and the function's environment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[^:]+:kms:[^:]+:[0-9]*:key/.+$", var.key_arn))
    error_message = "key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/…, and not an alias."
  }
}

variable "logs_key_arn" {
  description = "KMS key of log groups; null: CloudWatch's own."
  type        = string
  default     = null

  validation {
    condition     = var.logs_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]*:key/.+$", var.logs_key_arn))
    error_message = "logs_key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/…, or null."
  }
}

variable "log_retention_days" {
  description = "How long log lines are kept [d]."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch knows, such as 14, 30 or 365."
  }
}

variable "function_zip" {
  description = "Path of the function's zip, which `make lambda` builds."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.function_zip)
    error_message = "function_zip must be a file: build it with `make lambda`, which writes build/fleet-function.zip."
  }
}

variable "administrators" {
  description = "Mail addresses of those who are told where a vehicle has no recipient of its own; SNS asks each to confirm it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.administrators : can(regex("^[^@ ,]+@[^@ ,]+$", address))])
    error_message = "administrators must be mail addresses, such as chief@fleet.example, one an element."
  }
}

variable "zone" {
  description = "Time zone of the clocks in the fleet's sentences."
  type        = string
  default     = "Asia/Kolkata"
  nullable    = false

  validation {
    condition     = can(regex("^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", var.zone))
    error_message = "zone must be a name of the time zone database, such as Asia/Kolkata or UTC."
  }
}

variable "threshold_c" {
  description = "An engine above it is alerted about, unless its vehicle has a threshold of its own [°C]."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.threshold_c > 0 && var.threshold_c <= 300
    error_message = "threshold_c must be above 0 and at most 300 °C, such as 100."
  }
}

variable "window_s" {
  description = "Time in which a vehicle is alerted about once [s]."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.window_s > 0
    error_message = "window_s must be above 0 s, such as 900."
  }
}

variable "more_environment" {
  description = "More of the function's environment, such as AWS_ENDPOINT_URL of a local AWS; nothing of it may be a secret."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.more_environment) : !startswith(key, "FLEET_")])
    error_message = "more_environment must not name FLEET_…: those are made from this module's other variables, such as zone."
  }
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the tables."
  type        = bool
  default     = true
  nullable    = false
}

variable "model" {
  description = "The model to serve: `image`, the model server in ECR (one platform, Docker's media types), and `model_data_url`, what `factory train fleet --publish` wrote. null: no endpoint, and readings are stored without a verdict."
  type = object({
    image          = string
    model_data_url = string
  })
  default = null

  validation {
    condition     = var.model == null || can(regex("^[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.][a-z.]+/[a-z0-9/_-]+[:@].+$", var.model.image))
    error_message = "model.image must be an image in ECR with its tag or digest, such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0-sagemaker."
  }

  validation {
    condition     = var.model == null || can(regex("^s3://[a-z0-9.-]+/.+[.]tar[.]gz$", var.model.model_data_url))
    error_message = "model.model_data_url must be a model in S3, such as s3://smart-factory-plant1-models-111122223333/fleet/VERSION/model.tar.gz."
  }
}

variable "models_key_arn" {
  description = "KMS key of the models bucket; null: S3's own."
  type        = string
  default     = null

  validation {
    condition     = var.models_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]*:key/.+$", var.models_key_arn))
    error_message = "models_key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/…, or null."
  }
}

variable "endpoint_kind" {
  description = "How the model is served: `serverless` costs nothing while nobody asks; `instances` answers without a cold start and is scaled by its load."
  type        = string
  default     = "serverless"
  nullable    = false

  validation {
    condition     = contains(["serverless", "instances"], var.endpoint_kind)
    error_message = "endpoint_kind must be serverless or instances."
  }
}

variable "serverless" {
  description = "Of a serverless endpoint: `memory_mb` [MB], and `max_concurrency`, how many requests it answers at once."
  type = object({
    memory_mb       = optional(number, 2048)
    max_concurrency = optional(number, 5)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1024, 2048, 3072, 4096, 5120, 6144], var.serverless.memory_mb)
    error_message = "serverless.memory_mb must be 1024, 2048, 3072, 4096, 5120 or 6144."
  }

  validation {
    condition     = var.serverless.max_concurrency >= 1 && var.serverless.max_concurrency <= 200
    error_message = "serverless.max_concurrency must be from 1 to 200, such as 5."
  }
}

variable "instances" {
  description = "Of an endpoint on instances: `type`, the least and the most of them, and `invocations_per_minute`, the load of one above which another is added."
  type = object({
    type                   = optional(string, "ml.m6i.large")
    least                  = optional(number, 1)
    most                   = optional(number, 4)
    invocations_per_minute = optional(number, 300)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^ml[.][a-z0-9-]+[.][a-z0-9]+$", var.instances.type))
    error_message = "instances.type must be a type of SageMaker's, such as ml.m6i.large for an image of x86-64 or ml.m6g.large for one of arm64."
  }

  validation {
    condition     = var.instances.least >= 1 && var.instances.most >= var.instances.least
    error_message = "instances.least must be 1 or more, and instances.most not below it, such as 1 and 4."
  }

  validation {
    condition     = var.instances.invocations_per_minute > 0
    error_message = "instances.invocations_per_minute must be above 0, such as 300."
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
