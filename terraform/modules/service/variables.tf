# --- What it is ------------------------------------------------------------------------------------------------------

variable "name" {
  description = "Stem of the plant's names, `smart-factory-PLANT`; service, task family and roles are called `NAME-SERVICE`."
  type        = string

  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory-PLANT with at most 18 small letters, digits and dashes for the plant, such as smart-factory-plant1."
  }
}

variable "service" {
  description = "What runs, in one word: simulator, prometheus, …"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}$", var.service))
    error_message = "service must be one word of small letters, digits and dashes, such as simulator."
  }
}

variable "plant" {
  description = "The plant, for the name of the log group: `/smart-factory/PLANT/SERVICE`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.plant))
    error_message = "plant must have 1 to 18 small letters, digits and dashes, such as plant1."
  }
}

variable "kind" {
  description = "`service`: ECS keeps so many tasks running; `task`: only a task definition, which somebody else starts (a schedule)."
  type        = string
  default     = "service"

  validation {
    condition     = contains(["service", "task"], var.kind)
    error_message = "kind must be service or task."
  }
}

# --- Where it runs ---------------------------------------------------------------------------------------------------

variable "cluster" {
  description = "The ECS cluster, by name and ARN; only a `service` needs it."
  type = object({
    name = string
    arn  = string
  })
  default = null

  validation {
    condition     = var.kind == "task" || var.cluster != null
    error_message = "cluster must be given for a service, as { name = \"…\", arn = \"…\" }."
  }
}

variable "subnet_ids" {
  description = "Private subnets of the tasks."
  type        = list(string)
  default     = []

  validation {
    condition     = var.kind == "task" || length(var.subnet_ids) > 0
    error_message = "subnet_ids must have at least one private subnet for a service, better one a zone."
  }
}

variable "security_group_ids" {
  description = "Security groups of the tasks."
  type        = list(string)
  default     = []

  validation {
    condition     = var.kind == "task" || length(var.security_group_ids) > 0
    error_message = "security_group_ids must have at least one group for a service: without one the VPC's default group is taken."
  }
}

variable "assign_public_ip" {
  description = "Whether tasks get public addresses: only in public subnets, where there is neither NAT nor endpoints."
  type        = bool
  default     = false
}

variable "spot" {
  description = "How tasks share Fargate and Fargate Spot: `base` tasks on Fargate, of all others `weight` in a hundred on Spot, which AWS may take away with two minutes' notice."
  type = object({
    base   = optional(number, 1)
    weight = optional(number, 0)
  })
  default = {}

  validation {
    condition     = var.spot.weight >= 0 && var.spot.weight <= 100 && floor(var.spot.weight) == var.spot.weight
    error_message = "spot.weight must be a whole number from 0 (no Spot) to 100 (Spot only, beyond the base)."
  }

  validation {
    condition     = var.spot.base >= 0 && var.spot.base <= 100000
    error_message = "spot.base must be from 0 to 100000, such as 1."
  }
}

# --- The task --------------------------------------------------------------------------------------------------------

variable "cpu" {
  description = "CPU of a task, in units of which 1024 are one."
  type        = number
  default     = 256

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu must be one of Fargate's sizes: 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory" {
  description = "Memory of a task [MiB]."
  type        = number
  default     = 512

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
  validation {
    condition = contains(lookup({
      "256"   = [512, 1024, 2048]
      "512"   = range(1024, 4097, 1024)
      "1024"  = range(2048, 8193, 1024)
      "2048"  = range(4096, 16385, 1024)
      "4096"  = range(8192, 30721, 1024)
      "8192"  = range(16384, 61441, 4096)
      "16384" = range(32768, 122881, 8192)
    }, tostring(var.cpu), []), var.memory)
    error_message = "memory must be a size that Fargate pairs with cpu: 512, 1024 or 2048 with 256; 1024 to 4096 with 512; 2048 to 8192 with 1024."
  }
}

variable "architecture" {
  description = "Processor: ARM64 (Graviton, a fifth cheaper) or X86_64; images are built for both."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture must be ARM64 or X86_64."
  }
}

variable "ephemeral_storage_gib" {
  description = "Disk of a task [GiB], which dies with it; null for Fargate's own 20."
  type        = number
  default     = null

  validation {
    condition     = var.ephemeral_storage_gib == null ? true : var.ephemeral_storage_gib >= 21 && var.ephemeral_storage_gib <= 200
    error_message = "ephemeral_storage_gib must be from 21 to 200, or null for Fargate's own 20."
  }
}

variable "containers" {
  description = <<-TEXT
    The containers of a task, by name. `environment` are plain settings; `secrets` are settings whose value is read when the
    task starts, by the ARN of a secret (or `ARN:FIELD::` of a JSON one); `mounts` says which volume lies where; `tmpfs` are
    paths in memory with their size [MiB]; `depends_on` says of which container what must have come before (START, COMPLETE,
    SUCCESS, HEALTHY). A container with `essential = false` may end without ending the task.
  TEXT
  type = map(object({
    image        = string
    command      = optional(list(string))
    essential    = optional(bool, true)
    environment  = optional(map(string), {})
    secrets      = optional(map(string), {})
    ports        = optional(list(object({ port = number, protocol = optional(string, "tcp") })), [])
    mounts       = optional(map(object({ path = string, read_only = optional(bool, false) })), {})
    tmpfs        = optional(map(number), { "/tmp" = 64 })
    depends_on   = optional(map(string), {})
    stop_timeout = optional(number, 30)
    health_check = optional(object({
      command      = list(string)
      interval     = optional(number, 10)
      timeout      = optional(number, 5)
      retries      = optional(number, 3)
      start_period = optional(number, 60)
    }))
  }))

  validation {
    condition     = length(var.containers) > 0 && length(var.containers) <= 10
    error_message = "containers must have one to ten entries: ECS takes no more in a task."
  }

  validation {
    condition     = anytrue([for one in values(var.containers) : one.essential])
    error_message = "containers must have one that is essential: with it the task lives and ends."
  }

  validation {
    condition     = alltrue([for one in values(var.containers) : length(regexall("@sha256:[0-9a-f]{64}$|:[A-Za-z0-9_.-]{1,128}$", one.image)) == 1 && !endswith(one.image, ":latest")])
    error_message = "containers.image must end in a tag that does not move or a digest, such as …/smart-factory/simulator:0.1.0, and not in :latest."
  }

  validation {
    condition     = alltrue(flatten([for one in values(var.containers) : [for name, condition in one.depends_on : contains(keys(var.containers), name) && contains(["START", "COMPLETE", "SUCCESS", "HEALTHY"], condition)]]))
    error_message = "containers.depends_on must name containers of this task, with START, COMPLETE, SUCCESS or HEALTHY."
  }

  validation {
    condition     = alltrue([for one in values(var.containers) : !anytrue([for condition in values(one.depends_on) : condition == "SUCCESS"]) || alltrue([for name, condition in one.depends_on : condition != "SUCCESS" || !try(var.containers[name].essential, true)])])
    error_message = "containers.depends_on with SUCCESS must name containers with essential = false: an essential one would end the task with itself."
  }

  validation {
    condition     = alltrue(flatten([for one in values(var.containers) : [for volume in keys(one.mounts) : contains(keys(var.volumes), volume)]]))
    error_message = "containers.mounts must name volumes that are in volumes."
  }

  validation {
    condition     = alltrue([for one in values(var.containers) : one.stop_timeout >= 2 && one.stop_timeout <= 120])
    error_message = "containers.stop_timeout must be from 2 to 120 seconds, Fargate's longest."
  }

  validation {
    condition     = alltrue(flatten([for one in values(var.containers) : [for arn in values(one.secrets) : startswith(arn, "arn:")]]))
    error_message = "containers.secrets must be ARNs of secrets, never values, such as arn:aws:secretsmanager:eu-central-1:111122223333:secret:NAME-AbCdEf."
  }
}

variable "volumes" {
  description = "Volumes of a task, by name: an empty object for a directory that dies with the task, or a file system of EFS with its access point."
  type = map(object({
    efs = optional(object({
      file_system_id  = string
      access_point_id = string
    }))
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.volumes) : can(regex("^[A-Za-z0-9_-]{1,255}$", name))])
    error_message = "volumes must have names of letters, digits, dashes and underscores, such as identities."
  }
}

# --- Rights ----------------------------------------------------------------------------------------------------------

variable "task_policy_json" {
  description = "What the programs of the task may do on AWS; null: nothing."
  type        = string
  default     = null

  validation {
    condition     = var.task_policy_json == null ? true : can(jsondecode(var.task_policy_json).Statement)
    error_message = "task_policy_json must be an IAM policy document in JSON, as jsonencode({ Version = \"2012-10-17\", Statement = [...] })."
  }
}

variable "secrets_key_arn" {
  description = "KMS key of the secrets that containers name; needed if there are any."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_key_arn != null || alltrue([for one in values(var.containers) : length(one.secrets) == 0])
    error_message = "secrets_key_arn must be the ARN of the secrets' KMS key, as a container names a secret."
  }
}

# --- Logs ------------------------------------------------------------------------------------------------------------

variable "logs_key_arn" {
  description = "KMS key of the log group."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.logs_key_arn))
    error_message = "logs_key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/…."
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

# --- How many, and how they are replaced -----------------------------------------------------------------------------

variable "desired_count" {
  description = "Tasks that run; with autoscaling only the number to begin with."
  type        = number
  default     = 1

  validation {
    condition     = var.desired_count >= 0 && var.desired_count <= 1000
    error_message = "desired_count must be from 0 (off) to 1000."
  }
}

variable "deployment" {
  description = "Tasks that stay and that there may be while a deployment replaces them, of a hundred: 100 and 200 let old and new overlap; 0 and 100 stop the old one first, for what must be alone on its disk."
  type = object({
    minimum_healthy_percent = optional(number, 100)
    maximum_percent         = optional(number, 200)
  })
  default = {}

  validation {
    condition     = var.deployment.minimum_healthy_percent < var.deployment.maximum_percent && var.deployment.minimum_healthy_percent >= 0 && var.deployment.maximum_percent <= 200
    error_message = "deployment must leave room: 0 <= minimum_healthy_percent < maximum_percent <= 200, such as 100 and 200."
  }
}

variable "autoscaling" {
  description = <<-TEXT
    Bounds and targets of the number of tasks; null: `desired_count` stays. `cpu_percent` is the mean over the tasks; each of
    `metrics` a CloudWatch metric whose value a task's mean shall come to, as tasks are added and taken away.
  TEXT
  type = object({
    minimum     = number
    maximum     = number
    cpu_percent = optional(number)
    metrics = optional(map(object({
      namespace  = string
      name       = string
      statistic  = optional(string, "Average")
      dimensions = optional(map(string), {})
      target     = number
    })), {})
  })
  default = null

  validation {
    condition     = var.autoscaling == null ? true : var.autoscaling.minimum >= 1 && var.autoscaling.minimum <= var.autoscaling.maximum
    error_message = "autoscaling must have 1 <= minimum <= maximum."
  }

  validation {
    condition     = var.autoscaling == null ? true : var.autoscaling.cpu_percent != null || length(var.autoscaling.metrics) > 0
    error_message = "autoscaling must have cpu_percent or one of metrics: without a target nothing is scaled."
  }

  validation {
    condition     = var.autoscaling == null ? true : alltrue([for one in values(var.autoscaling.metrics) : contains(["Average", "Minimum", "Maximum", "SampleCount", "Sum"], one.statistic) && one.target > 0])
    error_message = "autoscaling.metrics must have a statistic of Average, Minimum, Maximum, SampleCount or Sum, and a target above 0."
  }
}

# --- How others find it ----------------------------------------------------------------------------------------------

variable "load_balancer" {
  description = "Target group that the tasks are registered in, with the container and port that answer; null: none."
  type = object({
    target_group_arn     = string
    container            = string
    port                 = number
    grace_period_seconds = optional(number, 60)
  })
  default = null

  validation {
    condition     = var.load_balancer == null ? true : contains([for one in try(var.containers[var.load_balancer.container].ports, []) : one.port], var.load_balancer.port)
    error_message = "load_balancer must name a container of the task, and one of its ports."
  }
}

variable "discovery" {
  description = "Cloud Map namespace in which the tasks' addresses are found under the name of the service, and how long others may remember one [s]; null: none."
  type = object({
    namespace_id = string
    ttl          = optional(number, 5)
  })
  default = null

  validation {
    condition     = var.discovery == null ? true : startswith(var.discovery.namespace_id, "ns-")
    error_message = "discovery.namespace_id must be a namespace of Cloud Map, such as ns-0123456789abcdef."
  }

  validation {
    condition     = var.discovery == null ? true : var.discovery.ttl >= 1 && var.discovery.ttl <= 300
    error_message = "discovery.ttl must be from 1 to 300 seconds; short ones let replaced tasks be found soon."
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
