# Each variable refuses what would fail later, or silently do something else.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name              = "smart-factory-plant1"
  fleet_bucket_name = "smart-factory-plant1-fleet-111122223333"
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-fleet"
  function_zip      = "tests/validations.tftest.hcl"
}

run "what_is_right_is_taken" {
  command = plan

  variables {
    name               = "smart-factory-a"
    logs_key_arn       = "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-0a1b2c3d"
    models_key_arn     = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-models"
    log_retention_days = 3653
    administrators     = ["a@b"]
    zone               = "America/Argentina/Buenos_Aires"
    threshold_c        = 300
    window_s           = 1
    more_environment   = { AWS_ENDPOINT_URL = "http://127.0.0.1:4566" }
    model              = { image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance@sha256:0123", model_data_url = "s3://models/fleet/1/model.tar.gz" }
    endpoint_kind      = "instances"
    serverless         = { memory_mb = 6144, max_concurrency = 200 }
    instances          = { type = "ml.m6g.2xlarge", least = 1, most = 1, invocations_per_minute = 1 }
  }
}

run "what_is_wrong_is_refused_first_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    name                     = "plant1"
    fleet_bucket_name        = "arn:aws:s3:::bucket"
    key_arn                  = "alias/smart-factory-plant1-fleet"
    logs_key_arn             = "alias/logs"
    models_key_arn           = "alias/models"
    log_retention_days       = 0
    function_zip             = "tests/there-is-no-such.zip"
    administrators           = ["chief"]
    zone                     = "Kolkata Standard Time"
    threshold_c              = 0
    window_s                 = 0
    more_environment         = { FLEET_ZONE = "UTC" }
    model                    = { image = "smart-factory/maintenance:0.1.0", model_data_url = "s3://models/fleet/1/model.tar.gz" }
    endpoint_kind            = "lambda"
    serverless               = { memory_mb = 1000 }
    instances                = { type = "m6i.large" }
  }

  expect_failures = [
    var.permissions_boundary_arn, var.name,
    var.fleet_bucket_name,
    var.key_arn,
    var.logs_key_arn,
    var.models_key_arn,
    var.log_retention_days,
    var.function_zip,
    var.administrators,
    var.zone,
    var.threshold_c,
    var.window_s,
    var.more_environment,
    var.model,
    var.endpoint_kind,
    var.serverless,
    var.instances,
  ]
}

run "what_is_wrong_is_refused_second_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    name               = "smart-factory-Plant"
    fleet_bucket_name  = "ab"
    key_arn            = "0a1b2c3d"
    log_retention_days = 31
    administrators     = ["chief@fleet.example,boss@fleet.example"]
    zone               = "+05:30"
    threshold_c        = 301
    model              = { image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:1", model_data_url = "https://models/model.tar.gz" }
    serverless         = { max_concurrency = 0 }
    instances          = { least = 0 }
  }

  expect_failures = [
    var.name,
    var.fleet_bucket_name,
    var.key_arn,
    var.log_retention_days,
    var.administrators,
    var.zone,
    var.threshold_c,
    var.model,
    var.serverless,
    var.instances,
  ]
}

run "what_is_wrong_is_refused_third_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    model      = { image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance", model_data_url = "s3://models/fleet/1/model.tar.gz" }
    serverless = { max_concurrency = 201 }
    instances  = { least = 3, most = 2 }
  }

  expect_failures = [
    var.model,
    var.serverless,
    var.instances,
  ]
}

run "what_is_wrong_is_refused_fourth_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    instances = { invocations_per_minute = 0 }
  }

  expect_failures = [
    var.instances,
  ]
}
