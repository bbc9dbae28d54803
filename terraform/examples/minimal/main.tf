# The smallest and cheapest plant that a load balancer allows: two zones, a task of each kind, no NAT and no paid endpoint.
#
# Tasks have public addresses and security groups that let nobody in but the load balancer: nine interface endpoints in
# two zones would cost more than all the tasks together (docs/costs.md). A trial: `terraform destroy` takes all away.

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = "smart-factory", Plant = var.plant, ManagedBy = "terraform" }
  }
}

module "factory" {
  source = "../../modules/factory"

  plant            = var.plant
  trial            = true
  administrators   = var.administrators
  key_users        = { for key in ["identities", "fleet", "lake", "models", "secrets", "truth"] : key => var.administrators }
  allowed_cidrs    = var.allowed_cidrs
  domain_name      = var.domain_name
  zone_id          = var.zone_id
  certificate_arn  = var.certificate_arn
  mails            = var.mails
  images           = var.images
  models_published = var.models_published

  network = {
    tasks_in_public_subnets = true
    interface_endpoints     = []
    iot_endpoint            = false
  }
  simulator    = { minimum = 1, maximum = 1 }
  prometheus   = { replicas = 1 }
  alertmanager = { replicas = 1 }
  sizes = {
    simulator    = { cpu = 256, memory = 512 }
    prometheus   = { cpu = 512, memory = 1024 }
    alertmanager = { cpu = 256, memory = 512 }
    grafana      = { cpu = 256, memory = 512 }
    verdicts     = { cpu = 512, memory = 2048 }
  }
  container_insights = "disabled"
  log_retention_days = 7
  retention_days     = { raw = 14, quarantine = 14, errors = 14, inbox = 14, logs = 14, noncurrent = 1 }
  budget             = length(var.mails) == 0 ? null : { monthly_usd = 300, mails = var.mails }
}
