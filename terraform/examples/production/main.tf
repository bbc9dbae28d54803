# A plant that people rely on: private tasks without NAT, endpoints for all that they call, two of what must not be away,
# Managed Prometheus as history, weekly training, a login before everything, deletion refused.

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = "smart-factory", Plant = var.plant, ManagedBy = "terraform" }
  }
}

module "factory" {
  source = "../../modules/factory"

  plant            = var.plant
  administrators   = var.administrators
  key_users        = var.key_users
  allowed_cidrs    = var.allowed_cidrs
  domain_name      = var.domain_name
  zone_id          = var.zone_id
  certificate_arn  = var.certificate_arn
  authentication   = var.authentication
  mails            = var.mails
  images           = var.images
  model_image      = var.model_image
  models_published = var.models_published

  simulator          = { minimum = 2, maximum = 8 }
  prometheus         = { replicas = 2 }
  alertmanager       = { replicas = 2 }
  training           = {}
  fleet              = { endpoint_kind = "serverless", model_data_url = var.model_data_url }
  container_insights = "enhanced"
  log_retention_days = 90
  budget             = { monthly_usd = 900, mails = var.mails }

  permissions_boundary_arn = var.permissions_boundary_arn
}
