# Written by `python -P -m factory.terraform_root` from modules/factory, which this root deploys.

# --- The plant -------------------------------------------------------------------------------------------------------

variable "plant" {
  description = "The plant: its machines' topics are `factory/PLANT/…`, its resources `smart-factory-PLANT…`."
  type        = string
  default     = "plant1"

  # The load balancer is smart-factory-PLANT, and a load balancer's name has 32 signs.
  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must be at most 18 small letters, digits and dashes, such as plant1."
  }
}

variable "trial" {
  description = "Whether this is a trial that `terraform destroy` takes away with all that is in it: buckets, images, tables. Off, what holds data refuses."
  type        = bool
  default     = false
}

variable "administrators" {
  description = "ARNs of those who manage the KMS keys, the role that runs Terraform among them; they cannot decrypt."
  type        = set(string)

  validation {
    condition     = length(var.administrators) > 0 && alltrue([for arn in var.administrators : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "administrators must hold ARNs of IAM roles or users, the one that runs Terraform among them, such as arn:aws:iam::111122223333:role/smart-factory-github-deploy."
  }
}

variable "key_users" {
  description = "Who may use a KMS key beside the plant's own roles, by the key's name: whoever deploys needs `identities`, `fleet`, `models` and `secrets`, and who asks the lake or audits it `lake` and `truth`."
  type        = map(set(string))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.key_users), ["identities", "lake", "fleet", "models", "truth", "secrets", "logs"])) == 0
    error_message = "key_users must be by identities, lake, fleet, models, truth, secrets or logs."
  }
}

variable "permissions_boundary_arn" {
  description = "The most that each role of the plant can ever do: `permissions_boundary_arn` of the bootstrap, without which its deploy role makes no role; null: no bound."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy, such as arn:aws:iam::111122223333:policy/smart-factory-plant-boundary, or null."
  }
}

variable "mails" {
  description = "Who is told of alarms and of vehicles that have no recipient of their own; SNS asks each to confirm."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for mail in var.mails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", mail))])
    error_message = "mails must be mail addresses, such as operator@example.com."
  }
}

variable "critical_mails" {
  description = "Who gets each critical reading of a machine by mail, ungrouped, beside Alertmanager's mails."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for mail in var.critical_mails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", mail))])
    error_message = "critical_mails must be mail addresses, such as operator@example.com."
  }
}

# --- What is pushed, built and published ------------------------------------------------------------------------------

variable "images" {
  description = "Addresses of the images by name, with a tag that does not move; empty before the first push: then there are no services yet."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.images) == 0 || length(setsubtract(["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana"], keys(var.images))) == 0
    error_message = "images must have simulator, init, maintenance, prometheus, alertmanager and grafana, or be empty before the first push."
  }
}

variable "make_repositories" {
  description = "Whether this plant makes the account's ECR repositories; a second plant in the same account uses the first one's."
  type        = bool
  default     = true
}

variable "model_image" {
  description = "The model server for SageMaker, which takes one platform and Docker's media types only; needed with fleet.model_data_url."
  type        = string
  default     = null

  validation {
    condition     = var.fleet.model_data_url == null || var.model_image != null
    error_message = "model_image must be given with fleet.model_data_url, such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0-sagemaker."
  }
}

variable "function_zip" {
  description = "Path of the fleet's function as `make lambda` builds it; null: build/fleet-function.zip of this repository."
  type        = string
  default     = null

  validation {
    condition     = var.function_zip == null ? true : endswith(var.function_zip, ".zip")
    error_message = "function_zip must be the path of a zip, such as build/fleet-function.zip; make lambda builds it."
  }
}

variable "catalog_directory" {
  description = "Directory of the rules; null: rules/catalog of this repository."
  type        = string
  default     = null

  validation {
    condition     = var.catalog_directory == null ? true : length(fileset(var.catalog_directory, "*.json")) > 0
    error_message = "catalog_directory must be a directory with rules as *.json, such as rules/catalog."
  }
}

variable "models_published" {
  description = "Whether the plant's models lie in the models bucket (`factory train … --publish`): the verdict job runs from then on."
  type        = bool
  default     = false
}

# --- Who reaches it --------------------------------------------------------------------------------------------------

variable "allowed_cidrs" {
  description = "IPv4 networks from which people may reach the load balancer. There is no default: name your own."
  type        = set(string)

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for one in var.allowed_cidrs : can(cidrhost(one, 0))])
    error_message = "allowed_cidrs must hold your own network, such as 198.51.100.0/24."
  }

  validation {
    condition     = var.i_know_this_is_public || alltrue([for one in var.allowed_cidrs : try(tonumber(split("/", one)[1]) >= 8, true)])
    error_message = "allowed_cidrs must not let in the whole world: name your own networks, such as 198.51.100.0/24, or set i_know_this_is_public = true."
  }
}

variable "i_know_this_is_public" {
  description = "Whether `allowed_cidrs` may hold 0.0.0.0/0, or a network wider than /8."
  type        = bool
  default     = false
}

variable "certificate_arn" {
  description = "Certificate of ACM in this region; null to have one made for domain_name in zone_id."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn != null || var.zone_id != null
    error_message = "certificate_arn must be given, or zone_id, in which a certificate for domain_name is proven."
  }
}

variable "domain_name" {
  description = "Name under which people reach the factory, and which the certificate is for: none is issued for the load balancer's own."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain_name))
    error_message = "domain_name must be a full name in small letters, such as factory.example.com."
  }
}

variable "zone_id" {
  description = "Hosted zone of Route 53 that domain_name is in."
  type        = string
  default     = null

  validation {
    condition     = var.zone_id == null ? true : can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "zone_id must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ, or null."
  }
}

variable "authentication" {
  description = "Who may look, asked by the load balancer: `mode` none, oidc or cognito, with the object of that name (module edge)."
  type = object({
    mode = optional(string, "none")
    oidc = optional(object({
      issuer                 = string
      authorization_endpoint = string
      token_endpoint         = string
      user_info_endpoint     = string
      client_id              = string
      client_secret          = string
    }))
    cognito = optional(object({
      user_pool_arn       = string
      user_pool_client_id = string
      user_pool_domain    = string
    }))
    session_hours = optional(number, 12)
  })
  default   = {}
  sensitive = true

  validation {
    condition     = contains(["none", "oidc", "cognito"], var.authentication.mode)
    error_message = "authentication.mode must be none, oidc or cognito."
  }
}

# --- What it costs ---------------------------------------------------------------------------------------------------

variable "network" {
  description = <<-TEXT
    The network: `zones` (a load balancer wants two), `nat` none, one or per_zone, `interface_endpoints` by AWS's words, each
    paid by the hour and zone, `iot_endpoint` whether IoT Core is reached inside the network, `egress_exceptions`, which name
    who may leave to where (module network), and `tasks_in_public_subnets`, which gives each task an address of its own, lets
    it out on 443, 587 and 8883 and nobody in: the cheapest. Otherwise, without NAT, all endpoints that tasks call are needed.
  TEXT
  type = object({
    cidr                    = optional(string, "10.42.0.0/16")
    zones                   = optional(number, 2)
    nat                     = optional(string, "none")
    tasks_in_public_subnets = optional(bool, false)
    interface_endpoints     = optional(set(string), ["aps-workspaces", "ecr.api", "ecr.dkr", "email-smtp", "iot.api", "kms", "logs", "monitoring", "secretsmanager", "sts"])
    iot_endpoint            = optional(bool, true)
    egress_exceptions = optional(map(object({
      from   = string
      port   = number
      cidr   = string
      reason = string
    })), {})
  })
  default = {}

  validation {
    condition     = contains(["none", "one", "per_zone"], var.network.nat)
    error_message = "network.nat must be none, one or per_zone."
  }

  validation {
    condition     = var.network.nat != "none" || var.network.tasks_in_public_subnets || var.network.iot_endpoint
    error_message = "network.iot_endpoint must be true without NAT, unless tasks_in_public_subnets: machines have no other way to IoT Core."
  }

  validation {
    condition     = var.network.iot_endpoint || !contains(var.network.interface_endpoints, "iot.api")
    error_message = "network.interface_endpoints may hold iot.api with iot_endpoint only: its private name hides the host that machines publish to. Name others, such as [\"logs\"], or none."
  }
}

variable "architecture" {
  description = "Processor of all tasks: ARM64 or X86_64."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture must be ARM64 or X86_64."
  }
}

variable "sizes" {
  description = "CPU [1024 are one] and memory [MiB] of a task, by service."
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

variable "simulator" {
  description = "Tasks of the simulator (module services): how many, how many machines a task plays, and the share on Spot."
  type = object({
    minimum             = optional(number, 1)
    maximum             = optional(number, 4)
    cpu_percent         = optional(number, 60)
    machines_per_task   = optional(number, 500)
    oldest_unanswered_s = optional(number, 2)
    spot_weight         = optional(number, 0)
  })
  default = {}

  validation {
    condition     = var.simulator.minimum >= 1 && var.simulator.minimum <= var.simulator.maximum && var.simulator.maximum <= 8
    error_message = "simulator must have 1 <= minimum <= maximum <= 8."
  }
}

variable "prometheus" {
  description = "Tasks of Prometheus (module services): how many, disk [GiB], days kept, and what the history keeps."
  type = object({
    replicas  = optional(number, 2)
    disk_gib  = optional(number, 21)
    kept_days = optional(number, 15)
    history   = optional(string, "ALERTS|factory:.*|machine_.*|vehicle_.*")
  })
  default = {}

  validation {
    condition     = contains([1, 2], var.prometheus.replicas)
    error_message = "prometheus.replicas must be 1 or 2."
  }
}

variable "alertmanager" {
  description = "Tasks of Alertmanager, which tell one another what they have sent."
  type = object({
    replicas = optional(number, 2)
  })
  default = {}

  validation {
    condition     = contains([1, 2, 3], var.alertmanager.replicas)
    error_message = "alertmanager.replicas must be from 1 to 3."
  }
}

variable "grafana" {
  description = "Tasks of Grafana and where it keeps its users (module services); `database` with the security group that it is reached in, which must let Grafana's in by itself."
  type = object({
    replicas  = optional(number, 1)
    anonymous = optional(bool, false)
    database = optional(object({
      host                = string
      name                = string
      user                = string
      password_secret_arn = string
      security_group_id   = string
    }))
  })
  default = {}

  validation {
    condition     = contains([1, 2], var.grafana.replicas)
    error_message = "grafana.replicas must be 1, or 2 with a database."
  }

  validation {
    condition     = var.grafana.database == null ? true : startswith(var.grafana.database.security_group_id, "sg-") && can(regex("^[A-Za-z0-9.-]+:5432$", var.grafana.database.host))
    error_message = "grafana.database must have a host with port 5432, such as db.example.com:5432, and the security_group_id of that database, such as sg-0123456789abcdef0: nothing else lets Grafana out to it."
  }
}

variable "training" {
  description = "When the models are trained and published anew; null: never."
  type = object({
    schedule = optional(string, "cron(0 3 ? * SUN *)")
    timezone = optional(string, "UTC")
  })
  default = null

  validation {
    condition     = var.training == null ? true : can(regex("^(cron|rate)\\(.+\\)$", var.training.schedule))
    error_message = "training.schedule must be one of EventBridge's, such as cron(0 3 ? * SUN *)."
  }
}

variable "fleet" {
  description = "The fleet: time zone of the sentences, threshold of an engine [°C], and the model's endpoint, serverless or on instances, once model_data_url names what `factory train … --publish` wrote."
  type = object({
    zone           = optional(string, "Asia/Kolkata")
    threshold_c    = optional(number, 100)
    endpoint_kind  = optional(string, "serverless")
    model_data_url = optional(string)
  })
  default = {}

  validation {
    condition     = contains(["serverless", "instances"], var.fleet.endpoint_kind)
    error_message = "fleet.endpoint_kind must be serverless or instances."
  }
}

variable "basic_ingest" {
  description = "Whether machines may send readings straight to a rule, which costs no publishing, and which no other rule hears."
  type        = bool
  default     = false
}

variable "retention_days" {
  description = "How long the lake keeps what lies in it, by part [days] (module lake)."
  type = object({
    raw        = optional(number, 90)
    quarantine = optional(number, 365)
    errors     = optional(number, 365)
    inbox      = optional(number, 90)
    logs       = optional(number, 90)
    results    = optional(number, 7)
    noncurrent = optional(number, 30)
  })
  default = {}

  validation {
    condition     = alltrue([for days in values(var.retention_days) : days >= 1 && floor(days) == days])
    error_message = "retention_days must be whole days of at least 1, such as { raw = 90 }."
  }
}

variable "container_insights" {
  description = "What CloudWatch measures of tasks: enhanced, enabled, or disabled, which costs nothing."
  type        = string
  default     = "enabled"

  validation {
    condition     = contains(["enhanced", "enabled", "disabled"], var.container_insights)
    error_message = "container_insights must be enhanced, enabled or disabled."
  }
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

variable "budget" {
  description = "What the plant may cost a month, and who is told (module observability); null: no budget."
  type = object({
    monthly_usd = number
    mails       = set(string)
    tag         = optional(string)
  })
  default = null

  validation {
    condition     = var.budget == null ? true : var.budget.monthly_usd > 0 && length(var.budget.mails) > 0
    error_message = "budget must have monthly_usd above 0 and somebody to tell, such as { monthly_usd = 50, mails = [\"operator@example.com\"] }."
  }
}
