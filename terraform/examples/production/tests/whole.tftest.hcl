# The whole of a plant that people rely on. `make lambda` goes before.
# What AWS would number has an ARN of its own here, as policies tell keys and secrets apart by theirs:
# tests/terraform/ reads the plan of this run, and looks at what an output does not say.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["fleet"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/fleet" }
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["identities"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/identities" }
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["lake"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/lake" }
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["logs"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/logs" }
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["models"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/models" }
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["secrets"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/secrets" }
}

override_resource {
  target          = module.factory.module.keys.aws_kms_key.this["truth"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/truth" }
}

override_resource {
  target          = module.factory.module.keys.aws_secretsmanager_secret.this["smtp"]
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf" }
}

override_resource {
  target          = module.factory.module.keys.aws_secretsmanager_secret.this["grafana_admin"]
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/grafana-admin-AbCdEf" }
}

override_resource {
  target          = module.factory.module.observability.aws_sns_topic.alarms
  override_during = plan
  values          = { arn = "arn:aws:sns:eu-central-1:111122223333:alarms" }
}

variables {
  region           = "eu-central-1"
  administrators   = ["arn:aws:iam::111122223333:role/admin"]
  allowed_cidrs    = ["198.51.100.0/24"]
  domain_name      = "factory.example.com"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  mails            = ["operator@example.com"]
  images           = { for image in ["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana", "local-aws"] : image => "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/${image}:0123abc" }
  models_published = true
  key_users        = { identities = ["arn:aws:iam::111122223333:role/admin"], fleet = ["arn:aws:iam::111122223333:role/admin"] }
  model_image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0123abc-sagemaker"
  model_data_url   = "s3://smart-factory-plant1-models-111122223333/fleet/v1/model.tar.gz"

  authentication = {
    mode = "oidc"
    oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "factory"
      client_secret          = "of this test alone"
    }
  }
}

run "whole" {
  command = plan

  assert {
    condition     = output.cluster_name == "smart-factory-plant1" && module.factory.service_names == { for service in ["simulator", "prometheus", "alertmanager", "grafana", "verdicts"] : service => "smart-factory-plant1-${service}" }
    error_message = "Services are ${jsonencode(module.factory.service_names)}."
  }

  assert {
    condition     = output.url == "https://factory.example.com" && output.next == "open https://factory.example.com"
    error_message = "${output.url}: ${output.next}"
  }

  assert {
    condition     = module.factory.fleet_endpoint == "smart-factory-plant1-fleet"
    error_message = "The fleet's model is served at ${jsonencode(module.factory.fleet_endpoint)}."
  }

  # Or the next push would take the verdict job and the endpoint away.
  assert {
    condition     = module.factory.published_models == { models_published = true, model_data_url = var.model_data_url }
    error_message = "What serves: ${jsonencode(module.factory.published_models)}."
  }
}

run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    region                   = "eu-central-1a"
    plant                    = "Plant1"
    administrators           = ["anna"]
    allowed_cidrs            = ["198.51.100.0"]
    certificate_arn          = null
    domain_name              = "factory"
    zone_id                  = "example.com"
    mails                    = ["operator"]
    images                   = { simulator = "example.com/simulator:1" }
    key_users                = { mails = ["arn:aws:iam::111122223333:role/admin"] }
    authentication           = { mode = "saml" }
    model_image              = null
    model_data_url           = "smart-factory-plant1-models-111122223333"
  }

  expect_failures = [
    var.permissions_boundary_arn, var.region, var.plant, var.administrators, var.allowed_cidrs, var.domain_name, var.zone_id, var.mails, var.images,
    var.key_users, var.authentication, var.model_data_url,
  ]
}

run "what_belongs_together_is_needed" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    zone_id     = null
    model_image = null
  }

  expect_failures = [var.certificate_arn, var.model_image]
}
