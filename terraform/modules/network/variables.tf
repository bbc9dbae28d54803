variable "name" {
  description = "Stem of all names, as `smart-factory-plant1`."
  type        = string

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be \"smart-factory-\" and the plant in at most 18 small letters, digits and dashes, as \"smart-factory-plant1\"."
  }
}

variable "plant" {
  description = "The plant, as `plant1`; log groups lie under `/smart-factory/PLANT/`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must be 1 to 18 small letters, digits and dashes, as \"plant1\"."
  }
}

# --- Addresses ---------------------------------------------------------------------------------------------------------

variable "cidr" {
  description = "IPv4 block of the VPC, /16 to /19: a sixteenth of it for the tasks of each zone."
  type        = string
  default     = "10.42.0.0/16"

  validation {
    condition     = try(cidrsubnet(var.cidr, 0, 0) == var.cidr && contains([16, 17, 18, 19], tonumber(split("/", var.cidr)[1])), false)
    error_message = "cidr must be an IPv4 network of /16 to /19 by its first address, as \"10.42.0.0/16\"."
  }
}

variable "zones" {
  description = "Availability zones to use; a load balancer wants two."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.zones)
    error_message = "zones must be 2 or 3: a load balancer needs two."
  }
}

# --- Ways out ----------------------------------------------------------------------------------------------------------

variable "nat" {
  description = "NAT gateways: `none` where endpoints suffice, `one` for all zones, or `per_zone`."
  type        = string
  default     = "none"

  validation {
    condition     = contains(["none", "one", "per_zone"], var.nat)
    error_message = "nat must be \"none\", \"one\" or \"per_zone\"."
  }
}

variable "gateway_endpoints" {
  description = "Gateway endpoints, which cost nothing: `s3`, `dynamodb`."
  type        = set(string)
  default     = ["s3", "dynamodb"]

  validation {
    condition     = length(setsubtract(var.gateway_endpoints, ["s3", "dynamodb"])) == 0
    error_message = "gateway_endpoints may hold \"s3\" and \"dynamodb\": AWS has no other gateway endpoint."
  }
}

variable "interface_endpoints" {
  description = "Interface endpoints by AWS's words for the services, each paid by the hour and zone. The default is what the tasks call beside IoT Core, whose data endpoint comes by `iot_data_endpoint`; with that, `iot.api` is for the verdict job."
  type        = set(string)
  default     = ["aps-workspaces", "ecr.api", "ecr.dkr", "email-smtp", "kms", "logs", "monitoring", "secretsmanager", "sts"]

  validation {
    condition = alltrue([
      for word in var.interface_endpoints : can(regex("^[a-z0-9]+([.-][a-z0-9]+)*$", word)) && !startswith(word, "com.amazonaws")
    ])
    error_message = "interface_endpoints must hold the last part of services' names, as \"ecr.api\" for com.amazonaws.REGION.ecr.api."
  }

  # AWS's private zone of iot.api is iot.REGION.amazonaws.com: the account's ATS host is below it, and is found no more
  # where it has no zone of its own.
  validation {
    condition     = !contains(var.interface_endpoints, "iot.api") || var.iot_data_endpoint != null
    error_message = "interface_endpoints may hold \"iot.api\" with iot_data_endpoint only: its private name hides the host that machines publish to."
  }

  validation {
    condition     = length(setintersection(var.interface_endpoints, ["iot.data", "s3", "dynamodb"])) == 0
    error_message = "interface_endpoints must not hold \"iot.data\", which iot_data_endpoint makes with its zone, nor \"s3\" or \"dynamodb\", which gateway_endpoints has for nothing."
  }
}

variable "iot_data_endpoint" {
  description = "The account's ATS host name of IoT Core; with it come the endpoint `iot.data` and a private hosted zone of that name. `null`: neither."
  type        = string
  default     = null

  validation {
    condition     = var.iot_data_endpoint == null || can(regex("^[a-z0-9]+-ats\\.iot\\.[a-z0-9-]+\\.amazonaws\\.com$", var.iot_data_endpoint))
    error_message = "iot_data_endpoint must be the ATS host name as `aws iot describe-endpoint --endpoint-type iot:Data-ATS` tells it, as \"abcdef-ats.iot.eu-central-1.amazonaws.com\", or null."
  }
}

variable "tasks_in_public_subnets" {
  description = "Whether tasks stand in the public subnets with addresses of their own, the cheapest way out; their security groups let nobody in all the same."
  type        = bool
  default     = false
}

variable "egress_exceptions" {
  description = "What may leave to addresses rather than to a security group or prefix list, by a name of your own: `from` (a key of `security_group_ids`), `port` (443, 587, or 8883 for IoT Core without its endpoint), `cidr`, and the `reason`, which becomes the rule's description."
  type = map(object({
    from   = string
    port   = number
    cidr   = string
    reason = string
  }))
  default = {}

  validation {
    condition     = alltrue([for one in var.egress_exceptions : contains([443, 587, 8883], one.port)])
    error_message = "egress_exceptions may open the ports 443, 587 and 8883 only."
  }

  validation {
    condition = alltrue([
      for one in var.egress_exceptions : contains(["load_balancer", "simulator", "prometheus", "alertmanager", "grafana", "verdicts"], one.from)
    ])
    error_message = "egress_exceptions must be from \"load_balancer\", \"simulator\", \"prometheus\", \"alertmanager\", \"grafana\" or \"verdicts\"."
  }

  validation {
    condition     = alltrue([for one in var.egress_exceptions : try(cidrsubnet(one.cidr, 0, 0) == one.cidr, false)])
    error_message = "egress_exceptions must lead to an IPv4 network by its first address, as \"0.0.0.0/0\" or \"198.51.100.0/24\"."
  }

  validation {
    condition     = alltrue([for one in var.egress_exceptions : can(regex("^[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]{8,255}$", one.reason))])
    error_message = "egress_exceptions must each say their reason in 8 to 255 letters, digits and plain signs, as \"Mail through our provider\"."
  }

  validation {
    condition     = var.nat != "none" || var.tasks_in_public_subnets || alltrue([for one in var.egress_exceptions : one.from == "load_balancer"])
    error_message = "egress_exceptions of tasks need a way out: set nat to \"one\" or \"per_zone\", or tasks_in_public_subnets; only the load balancer has one without."
  }
}

variable "grafana_queries_prometheus" {
  description = "Whether Grafana may ask Prometheus on 9090; `false` where Amazon Managed Prometheus is its only source."
  type        = bool
  default     = true
}

variable "grafana_database" {
  description = "Where Grafana keeps its state in a database rather than on EFS: the database's security group, which must let in Grafana's by itself, and the port. `null`: none."
  type = object({
    security_group_id = string
    port              = number
  })
  default = null

  validation {
    condition     = var.grafana_database == null || try(startswith(var.grafana_database.security_group_id, "sg-") && var.grafana_database.port == 5432, false)
    error_message = "grafana_database must have the id of a security group, as \"sg-0123456789abcdef0\", and PostgreSQL's port 5432, or be null."
  }
}

# --- Ways in -----------------------------------------------------------------------------------------------------------

variable "allowed_cidrs" {
  description = "IPv4 networks from which people may reach the load balancer. There is no default: name your own."
  type        = set(string)

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr, false)])
    error_message = "allowed_cidrs must hold at least one IPv4 network by its first address, as \"203.0.113.0/24\" or \"203.0.113.7/32\"."
  }

  validation {
    condition     = var.i_know_this_is_public || alltrue([for cidr in var.allowed_cidrs : try(tonumber(split("/", cidr)[1]) >= 8, true)])
    error_message = "allowed_cidrs must not let in the whole world: name your networks, as \"203.0.113.0/24\", or set i_know_this_is_public = true for \"0.0.0.0/0\" or a network wider than /8."
  }
}

variable "i_know_this_is_public" {
  description = "Whether `allowed_cidrs` may hold `0.0.0.0/0` or a network wider than /8."
  type        = bool
  default     = false
}

# --- Logs --------------------------------------------------------------------------------------------------------------

variable "logs_key_arn" {
  description = "KMS key of the flow logs' log group."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.logs_key_arn))
    error_message = "logs_key_arn must be the ARN of a KMS key, as \"arn:aws:kms:eu-central-1:111122223333:key/…\"."
  }
}

variable "log_retention_days" {
  description = "How long flow logs are kept [days]; one of the numbers that CloudWatch Logs knows."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, or 3 to 10 years in days."
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
