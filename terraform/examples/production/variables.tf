variable "region" {
  description = "AWS region of the plant."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region of AWS, such as eu-central-1."
  }
}

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

variable "allowed_cidrs" {
  description = "IPv4 networks from which people may reach the load balancer. There is no default: name your own."
  type        = set(string)

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for one in var.allowed_cidrs : can(cidrhost(one, 0))])
    error_message = "allowed_cidrs must hold your own network, such as 198.51.100.0/24."
  }
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

variable "mails" {
  description = "Who is told of alarms and of vehicles that have no recipient of their own; SNS asks each to confirm."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for mail in var.mails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", mail))])
    error_message = "mails must be mail addresses, such as operator@example.com."
  }
}

variable "images" {
  description = "Addresses of the images by name, with a tag that does not move; empty before the first push: then there are no services yet."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.images) == 0 || length(setsubtract(["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana"], keys(var.images))) == 0
    error_message = "images must have simulator, init, maintenance, prometheus, alertmanager and grafana, or be empty before the first push."
  }
}

variable "model_image" {
  description = "The model server for SageMaker, which takes one platform and Docker's media types only; needed with model_data_url."
  type        = string
  default     = null

  validation {
    condition     = var.model_data_url == null || var.model_image != null
    error_message = "model_image must be given with model_data_url, such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0-sagemaker."
  }
}

variable "models_published" {
  description = "Whether the plant's models lie in the models bucket (`factory train … --publish`): the verdict job runs from then on."
  type        = bool
  default     = false
}

variable "model_data_url" {
  description = "The fleet's model as `factory train … --publish` wrote it; null: no endpoint yet."
  type        = string
  default     = null

  validation {
    condition     = var.model_data_url == null ? true : can(regex("^s3://.+[.]tar[.]gz$", var.model_data_url))
    error_message = "model_data_url must be a model in S3, such as s3://smart-factory-plant1-models-111122223333/fleet/VERSION/model.tar.gz."
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
