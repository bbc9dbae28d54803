variable "name" {
  description = "Stem of the plant's names, `smart-factory-PLANT`."
  type        = string

  # A load balancer's name has 32 characters at most; a target group's too, which is PLANT-alertmanager at the longest.
  validation {
    condition     = can(regex("^smart-factory-[a-z0-9](?:[a-z0-9-]{0,16}[a-z0-9])?$", var.name))
    error_message = "name must be smart-factory-PLANT with at most 18 letters, digits and dashes for the plant, such as smart-factory-plant1: a load balancer's name has 32."
  }
}

variable "vpc_id" {
  description = "The VPC of the targets."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id must be the id of a VPC, such as vpc-0123456789abcdef0."
  }
}

variable "public_subnet_ids" {
  description = "Public subnets, in two zones at least, as a load balancer must have."
  type        = list(string)

  validation {
    condition     = length(distinct(var.public_subnet_ids)) >= 2
    error_message = "public_subnet_ids must have subnets of two zones at least: a load balancer needs two."
  }
}

variable "load_balancer_security_group_id" {
  description = "Security group of the load balancer, which lets in whom `allowed_cidrs` of the network names."
  type        = string

  validation {
    condition     = startswith(var.load_balancer_security_group_id, "sg-")
    error_message = "load_balancer_security_group_id must be the id of a security group, such as sg-0123456789abcdef0."
  }
}

variable "logs_bucket" {
  description = "Name of the bucket of access logs; its policy lets the load balancer write below `load-balancer/`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.logs_bucket))
    error_message = "logs_bucket must be the name of a bucket, such as smart-factory-plant1-logs-111122223333."
  }
}

variable "certificate_arn" {
  description = "Certificate of ACM in this region; null to have one made for domain_name in zone_id."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null ? true : can(regex("^arn:[a-z-]+:acm:", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of a certificate of ACM, such as arn:aws:acm:eu-central-1:111122223333:certificate/…, or null."
  }

  validation {
    condition     = var.certificate_arn != null || var.zone_id != null
    error_message = "certificate_arn must be given, or zone_id, in which a certificate for domain_name is proven: without one there is no HTTPS."
  }
}

variable "domain_name" {
  description = "Name under which people reach the factory, and which the certificate is for; with zone_id its record is made, and without certificate_arn a certificate."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain_name))
    error_message = "domain_name must be a full name in small letters, such as factory.example.com."
  }
}

variable "zone_id" {
  description = "Hosted zone of Route 53 that domain_name is in; null if the name is kept elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.zone_id == null ? true : can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "zone_id must be a hosted zone of Route 53, such as Z0123456789ABC, or null."
  }
}

variable "authentication" {
  description = <<-TEXT
    Who may look, asked by the load balancer before anything is passed on. `mode`: none (whoever allowed_cidrs lets in), oidc
    or cognito, with the object of that name. The client's secret of OIDC lies in Terraform's state, as the load balancer's API
    wants it itself.
  TEXT
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

  validation {
    condition     = (var.authentication.mode == "oidc") == (var.authentication.oidc != null) && (var.authentication.mode == "cognito") == (var.authentication.cognito != null)
    error_message = "authentication must have the object that its mode names, and no other: oidc = {…} with mode oidc, cognito = {…} with mode cognito."
  }

  validation {
    condition     = var.authentication.session_hours >= 1 && var.authentication.session_hours <= 168
    error_message = "authentication.session_hours must be from 1 to 168, a week."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
  type        = bool
  default     = true
}

variable "tls_policy" {
  description = "Which versions and ciphers of TLS are spoken."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  validation {
    condition     = startswith(var.tls_policy, "ELBSecurityPolicy-TLS13-1-2") || startswith(var.tls_policy, "ELBSecurityPolicy-TLS13-1-3")
    error_message = "tls_policy must be one that speaks TLS 1.2 at least, such as ELBSecurityPolicy-TLS13-1-2-2021-06."
  }
}
