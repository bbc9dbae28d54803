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

variable "models_published" {
  description = "Whether the plant's models lie in the models bucket (`factory train … --publish`): the verdict job runs from then on."
  type        = bool
  default     = false
}
