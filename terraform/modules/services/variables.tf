# --- Names -----------------------------------------------------------------------------------------------------------

variable "name" {
  description = "Stem of the plant's names, `smart-factory-PLANT`."
  type        = string

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory-PLANT with at most 18 small letters, digits and dashes for the plant, such as smart-factory-plant1."
  }
}

variable "plant" {
  description = "The plant."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must have 1 to 18 small letters, digits and dashes, such as plant1."
  }
}

# --- From other modules ----------------------------------------------------------------------------------------------

variable "vpc_id" {
  description = "The VPC, for the private names `SERVICE.factory.internal`."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id must be the id of a VPC, such as vpc-0123456789abcdef0."
  }
}

variable "private_subnet_ids" {
  description = "Subnets of the tasks, one a zone."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) > 0
    error_message = "private_subnet_ids must have at least one subnet, better one a zone."
  }
}

variable "security_group_ids" {
  description = "Security groups by service, as the module `network` makes them."
  type        = map(string)

  validation {
    condition     = length(setsubtract(["simulator", "prometheus", "alertmanager", "grafana", "verdicts", "efs"], keys(var.security_group_ids))) == 0
    error_message = "security_group_ids must have simulator, prometheus, alertmanager, grafana, verdicts and efs."
  }
}

variable "images" {
  description = "Addresses of the images by their name, with a tag that does not move or a digest."
  type        = map(string)

  validation {
    condition     = length(setsubtract(["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana"], keys(var.images))) == 0
    error_message = "images must have simulator, init, maintenance, prometheus, alertmanager and grafana."
  }
}

variable "key_arns" {
  description = "KMS keys by what they encrypt, as the module `keys` makes them."
  type        = map(string)

  validation {
    condition     = length(setsubtract(["identities", "lake", "models", "truth", "secrets", "logs"], keys(var.key_arns))) == 0
    error_message = "key_arns must have identities, lake, models, truth, secrets and logs."
  }
}

variable "secret_arns" {
  description = "Secrets: `smtp` (JSON with host, port, username, password, sender, recipient) and `grafana_admin` (the password alone)."
  type        = map(string)

  validation {
    condition     = length(setsubtract(["smtp", "grafana_admin"], keys(var.secret_arns))) == 0
    error_message = "secret_arns must have smtp and grafana_admin."
  }
}

variable "bucket_names" {
  description = "Buckets by what lies in them, as the module `lake` makes them."
  type        = map(string)

  validation {
    condition     = length(setsubtract(["lake", "identities", "models", "truth"], keys(var.bucket_names))) == 0
    error_message = "bucket_names must have lake, identities, models and truth."
  }
}

variable "iot_data_endpoint" {
  description = "The account's endpoint of IoT Core, `iot:Data-ATS`, without a scheme."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9.-]+$", var.iot_data_endpoint))
    error_message = "iot_data_endpoint must be a host alone, such as a1b2c3-ats.iot.eu-central-1.amazonaws.com."
  }
}

variable "target_group_arns" {
  description = "Target groups of the load balancer by service (grafana, prometheus, alertmanager, simulator); empty without a load balancer."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.target_group_arns), ["grafana", "prometheus", "alertmanager", "simulator"])) == 0
    error_message = "target_group_arns must be of grafana, prometheus, alertmanager or simulator."
  }
}

variable "url" {
  description = "Address under which people reach the load balancer, without a path; links in mails begin with it."
  type        = string

  validation {
    condition     = can(regex("^https?://[A-Za-z0-9.-]+(:[0-9]+)?$", var.url))
    error_message = "url must be an address without a path or a slash at the end, such as https://factory.example.com."
  }
}

variable "configuration_directory" {
  description = "Directory of the rendered configurations of Prometheus and Alertmanager; null for that of this repository."
  type        = string
  default     = null

  validation {
    condition     = var.configuration_directory == null ? true : fileexists("${var.configuration_directory}/prometheus/prometheus.yml") && fileexists("${var.configuration_directory}/alertmanager/alertmanager.yml")
    error_message = "configuration_directory must have prometheus/prometheus.yml and alertmanager/alertmanager.yml, as dashboards/generated/aws has."
  }
}

# --- How all of them run ---------------------------------------------------------------------------------------------

variable "architecture" {
  description = "Processor of all tasks: ARM64 or X86_64."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture must be ARM64 or X86_64."
  }
}

variable "assign_public_ip" {
  description = "Whether tasks get public addresses: only in public subnets, where there is neither NAT nor endpoints."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "How long logs are kept [days]."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch knows, such as 7, 30, 90 or 365."
  }
}

variable "container_insights" {
  description = "What CloudWatch measures of tasks: enhanced (each container), enabled (each service), or disabled (costs nothing)."
  type        = string
  default     = "enabled"

  validation {
    condition     = contains(["enhanced", "enabled", "disabled"], var.container_insights)
    error_message = "container_insights must be enhanced, enabled or disabled."
  }
}

variable "leases_table_name" {
  description = "DynamoDB table that says who plays which machines (module identity)."
  type        = string

  validation {
    condition     = endswith(var.leases_table_name, "-leases")
    error_message = "leases_table_name must be the table of module identity, such as smart-factory-plant1-leases."
  }
}

variable "sizes" {
  description = "CPU [1024 are one] and memory [MiB] of a task, by service; what is not named keeps its own."
  type = map(object({
    cpu    = number
    memory = number
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.sizes), ["simulator", "prometheus", "alertmanager", "grafana", "verdicts", "training"])) == 0
    error_message = "sizes must be of simulator, prometheus, alertmanager, grafana, verdicts or training."
  }
}

# --- Single services -------------------------------------------------------------------------------------------------

variable "simulator" {
  description = <<-TEXT
    Tasks of the simulator. They share the plant by leases. The number follows the machines that a task plays and the seconds
    that its oldest message has waited for an answer, beside CPU. `spot_weight` of a hundred tasks beyond the first are on Spot.
  TEXT
  type = object({
    minimum             = optional(number, 1)
    maximum             = optional(number, 4)
    cpu_percent         = optional(number, 60)
    machines_per_task   = optional(number, 500)
    oldest_unanswered_s = optional(number, 2)
    spot_weight         = optional(number, 0)
  })
  default = {}

  # Route 53 answers a multivalue name with eight addresses at most, and Prometheus finds simulators by that name.
  validation {
    condition     = var.simulator.minimum >= 1 && var.simulator.minimum <= var.simulator.maximum && var.simulator.maximum <= 8
    error_message = "simulator must have 1 <= minimum <= maximum <= 8: DNS tells Prometheus of eight tasks at most; give a task more CPU instead."
  }
}

variable "prometheus" {
  description = "Tasks of Prometheus, each with a disk of its own [GiB] that dies with it and holds so many days; `history` is a regular expression of the series that Amazon Managed Prometheus keeps."
  type = object({
    replicas  = optional(number, 2)
    disk_gib  = optional(number, 21)
    kept_days = optional(number, 15)
    history   = optional(string, "ALERTS|factory:.*|machine_.*|vehicle_.*")
  })
  default = {}

  validation {
    condition     = var.prometheus.replicas >= 1 && var.prometheus.replicas <= 2
    error_message = "prometheus.replicas must be 1 or 2."
  }

  validation {
    condition     = var.prometheus.disk_gib >= 21 && var.prometheus.disk_gib <= 200
    error_message = "prometheus.disk_gib must be from 21 to 200."
  }

  validation {
    condition     = can(regexall(var.prometheus.history, "")) && length(regexall("[\"'#\\n]", var.prometheus.history)) == 0
    error_message = "prometheus.history must be a regular expression without quotes and #, such as ALERTS|factory:.*."
  }
}

variable "alertmanager" {
  description = "Tasks of Alertmanager, which tell one another what they have sent."
  type = object({
    replicas = optional(number, 2)
  })
  default = {}

  validation {
    condition     = var.alertmanager.replicas >= 1 && var.alertmanager.replicas <= 3
    error_message = "alertmanager.replicas must be from 1 to 3."
  }
}

variable "grafana" {
  description = <<-TEXT
    Grafana keeps its users and what they changed in a file on EFS, then there is one task; or in a database of PostgreSQL that
    is there already, then there may be two. `anonymous` lets people look without a login: whoever reaches the load balancer.
  TEXT
  type = object({
    replicas  = optional(number, 1)
    anonymous = optional(bool, false)
    database = optional(object({
      host                = string
      name                = string
      user                = string
      password_secret_arn = string
    }))
  })
  default = {}

  validation {
    condition     = var.grafana.replicas == 1 || (var.grafana.replicas == 2 && var.grafana.database != null)
    error_message = "grafana.replicas must be 1, or 2 with a database: SQLite on EFS is written by one task at a time."
  }

  validation {
    condition     = var.grafana.database == null ? true : can(regex("^[A-Za-z0-9.-]+:[0-9]+$", var.grafana.database.host))
    error_message = "grafana.database must have a host with its port, such as db.example.com:5432."
  }
}

variable "models_published" {
  description = "Whether the plant's four models lie in the models bucket: without them the verdict job cannot start, and does not."
  type        = bool
  default     = false
}

variable "training" {
  description = "When the models are trained and published anew: a schedule of EventBridge with its time zone; null: never. It needs the image `local-aws`."
  type = object({
    schedule = optional(string, "cron(0 3 ? * SUN *)")
    timezone = optional(string, "UTC")
  })
  default = null

  validation {
    condition     = var.training == null ? true : can(regex("^(cron|rate)\\(.+\\)$", var.training.schedule))
    error_message = "training.schedule must be one of EventBridge's, such as cron(0 3 ? * SUN *) or rate(7 days)."
  }

  validation {
    condition     = var.training == null ? true : contains(keys(var.images), "local-aws")
    error_message = "training needs images[\"local-aws\"], the image with the command line; or set training = null."
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
