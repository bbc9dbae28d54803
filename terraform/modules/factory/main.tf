# One plant on AWS: modules, and who is told what by whom.
#
# It grows in steps, each an apply of its own: without images there is everything but the services, whose repositories
# wait to be filled; without models_published and model_data_url there are no verdicts and no endpoint.

locals {
  name       = "smart-factory-${var.plant}"
  repository = abspath("${path.module}/../../..")

  # Tasks with addresses of their own, or behind a NAT and without the endpoints, leave to AWS's public ones.
  in_public = var.network.tasks_in_public_subnets
  way_out = !local.in_public ? {} : merge(
    { for task in ["simulator", "prometheus", "alertmanager", "grafana", "verdicts"] : "${task}-aws" => {
      from = task, port = 443, cidr = "0.0.0.0/0", reason = "AWS, by its public addresses"
    } },
    {
      simulator-iot     = { from = "simulator", port = 8883, cidr = "0.0.0.0/0", reason = "IoT Core, by its public addresses" }
      alertmanager-mail = { from = "alertmanager", port = 587, cidr = "0.0.0.0/0", reason = "The mail server of the secret" }
      grafana-mail      = { from = "grafana", port = 587, cidr = "0.0.0.0/0", reason = "The mail server of the secret" }
    },
  )
  # A load balancer that asks for a login calls the one who gives it.
  login = nonsensitive(var.authentication.mode) == "none" ? {} : {
    login = {
      from = "load_balancer", port = 443, cidr = "0.0.0.0/0", reason = "Logins are asked of the identity provider"
    }
  }
}

module "keys" {
  source = "../keys"

  name                            = local.name
  plant                           = var.plant
  administrators                  = var.administrators
  users                           = var.key_users
  images                          = var.make_repositories ? null : []
  deletion_window_days            = var.trial ? 7 : 30
  secret_recovery_days            = var.trial ? 0 : 30
  delete_images_with_repositories = var.trial
}

module "identity" {
  source = "../identity"

  permissions_boundary_arn = var.permissions_boundary_arn

  name                = local.name
  plant               = var.plant
  logs_key_arn        = module.keys.key_arns["logs"]
  log_retention_days  = var.log_retention_days
  identities_key_arn  = module.keys.key_arns["identities"]
  deletion_protection = !var.trial
  audit_topic = {
    arn     = module.observability.alarms_topic_arn
    key_arn = module.keys.key_arns["logs"]
  }
}

module "network" {
  source = "../network"

  permissions_boundary_arn = var.permissions_boundary_arn

  name                    = local.name
  plant                   = var.plant
  cidr                    = var.network.cidr
  zones                   = var.network.zones
  nat                     = var.network.nat
  interface_endpoints     = var.network.interface_endpoints
  iot_data_endpoint       = var.network.iot_endpoint ? module.identity.iot_data_endpoint : null
  tasks_in_public_subnets = local.in_public
  egress_exceptions       = merge(local.login, local.way_out, var.network.egress_exceptions)
  allowed_cidrs           = var.allowed_cidrs
  i_know_this_is_public   = var.i_know_this_is_public
  logs_key_arn            = module.keys.key_arns["logs"]
  log_retention_days      = var.log_retention_days

  grafana_database = var.grafana.database == null ? null : {
    security_group_id = var.grafana.database.security_group_id
    port              = tonumber(split(":", var.grafana.database.host)[1])
  }
}

module "lake" {
  source = "../lake"

  permissions_boundary_arn = var.permissions_boundary_arn

  name               = local.name
  plant              = var.plant
  key_arns           = module.keys.key_arns
  retention_days     = var.retention_days
  log_retention_days = var.log_retention_days
  force_destroy      = var.trial
}

module "fleet" {
  source = "../fleet"

  permissions_boundary_arn = var.permissions_boundary_arn

  name                = local.name
  fleet_bucket_name   = module.lake.bucket_names["fleet"]
  key_arn             = module.keys.key_arns["fleet"]
  logs_key_arn        = module.keys.key_arns["logs"]
  log_retention_days  = var.log_retention_days
  function_zip        = coalesce(var.function_zip, "${local.repository}/build/fleet-function.zip")
  administrators      = var.mails
  zone                = var.fleet.zone
  threshold_c         = var.fleet.threshold_c
  deletion_protection = !var.trial
  endpoint_kind       = var.fleet.endpoint_kind
  models_key_arn      = module.keys.key_arns["models"]
  model = var.fleet.model_data_url == null ? null : {
    image          = var.model_image
    model_data_url = var.fleet.model_data_url
  }
}

module "ingestion" {
  source = "../ingestion"

  permissions_boundary_arn = var.permissions_boundary_arn

  name                = local.name
  plant               = var.plant
  catalog_directory   = coalesce(var.catalog_directory, "${local.repository}/rules/catalog")
  archive_stream_name = module.lake.archive_stream_name
  lake_bucket_name    = module.lake.bucket_names["lake"]
  lake_key_arn        = module.keys.key_arns["lake"]
  alerts_key_arn      = module.keys.key_arns["lake"]
  alert_mails         = var.critical_mails
  basic_ingest        = var.basic_ingest
  thing_group_arn     = module.identity.thing_group_arn
}

module "edge" {
  source = "../edge"

  name                            = local.name
  vpc_id                          = module.network.vpc_id
  public_subnet_ids               = module.network.public_subnet_ids
  load_balancer_security_group_id = module.network.security_group_ids["load_balancer"]
  logs_bucket                     = module.lake.bucket_names["logs"]
  certificate_arn                 = var.certificate_arn
  domain_name                     = var.domain_name
  zone_id                         = var.zone_id
  authentication                  = var.authentication
  deletion_protection             = !var.trial
}

module "services" {
  source = "../services"
  # Images are pushed to repositories that the first apply makes.
  count = length(var.images) > 0 ? 1 : 0

  permissions_boundary_arn = var.permissions_boundary_arn

  name               = local.name
  plant              = var.plant
  vpc_id             = module.network.vpc_id
  private_subnet_ids = local.in_public ? module.network.public_subnet_ids : module.network.private_subnet_ids
  assign_public_ip   = local.in_public
  security_group_ids = module.network.security_group_ids
  images             = var.images
  key_arns           = module.keys.key_arns
  secret_arns        = module.keys.secret_arns
  bucket_names       = module.lake.bucket_names
  leases_table_name  = module.identity.leases_table_name
  iot_data_endpoint  = module.identity.iot_data_endpoint
  target_group_arns  = module.edge.target_group_arns
  url                = module.edge.url
  architecture       = var.architecture
  container_insights = var.container_insights
  log_retention_days = var.log_retention_days
  sizes              = var.sizes
  simulator          = var.simulator
  prometheus         = var.prometheus
  alertmanager       = var.alertmanager
  grafana            = var.grafana
  models_published   = var.models_published
  training           = var.training
}

module "observability" {
  source = "../observability"

  name                    = local.name
  key_arn                 = module.keys.key_arns["logs"]
  log_retention_days      = var.log_retention_days
  alarm_mails             = var.mails
  rule_names              = module.ingestion.rule_names
  iot_log_group_name      = module.identity.log_group_name
  archive_stream_name     = module.lake.archive_stream_name
  dead_letter_queue_names = { fleet = module.fleet.queue_names["dead_letters"] }
  function_name           = module.fleet.function_name
  retry_queue_name        = module.fleet.queue_names["retries"]
  endpoint                = var.fleet.model_data_url == null ? null : { name = module.fleet.endpoint_name, variant = module.fleet.endpoint_variant }
  load_balancer           = { arn_suffix = module.edge.arn_suffix, target_groups = length(var.images) == 0 ? {} : module.edge.target_group_arn_suffixes }
  certificate_arns        = { load-balancer = module.edge.certificate_arn }
  cluster                 = length(var.images) == 0 ? null : { arn = module.services[0].cluster_arn, services = module.services[0].service_names }
  log_group_names         = length(var.images) == 0 ? {} : module.services[0].log_group_names
  budget                  = var.budget
}
