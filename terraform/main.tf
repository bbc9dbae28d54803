# Written by `python -P -m factory.terraform_root` from modules/factory, which this root deploys.

module "factory" {
  source = "./modules/factory"

  plant                    = var.plant
  trial                    = var.trial
  administrators           = var.administrators
  key_users                = var.key_users
  permissions_boundary_arn = var.permissions_boundary_arn
  mails                    = var.mails
  critical_mails           = var.critical_mails
  images                   = var.images
  make_repositories        = var.make_repositories
  model_image              = var.model_image
  function_zip             = var.function_zip
  catalog_directory        = var.catalog_directory
  models_published         = var.models_published
  allowed_cidrs            = var.allowed_cidrs
  i_know_this_is_public    = var.i_know_this_is_public
  certificate_arn          = var.certificate_arn
  domain_name              = var.domain_name
  zone_id                  = var.zone_id
  authentication           = var.authentication
  network                  = var.network
  architecture             = var.architecture
  sizes                    = var.sizes
  simulator                = var.simulator
  prometheus               = var.prometheus
  alertmanager             = var.alertmanager
  grafana                  = var.grafana
  training                 = var.training
  fleet                    = var.fleet
  basic_ingest             = var.basic_ingest
  retention_days           = var.retention_days
  container_insights       = var.container_insights
  log_retention_days       = var.log_retention_days
  budget                   = var.budget
}
