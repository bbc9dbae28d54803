# What a plant refuses and what it takes. Variables alone are looked at: tests/inputs has nothing else, and needs no provider.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  administrators  = ["arn:aws:iam::111122223333:role/admin"]
  allowed_cidrs   = ["198.51.100.0/24"]
  certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/99999999-2222-3333-4444-555555555555"
  domain_name     = "factory.example.com"
}

run "good_values_are_taken" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    plant                 = "hall-7-of-site-b"
    administrators        = ["arn:aws-us-gov:iam::111122223333:user/ops/anna", "arn:aws:iam::111122223333:role/admin"]
    key_users             = { identities = ["arn:aws:iam::111122223333:role/admin"], logs = [] }
    mails                 = ["operator@example.com", "chief+night@fleet.example"]
    critical_mails        = ["night@example.com"]
    images                = { for image in ["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana"] : image => "example.com/${image}:1" }
    model_image           = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:1-sagemaker"
    function_zip          = "/tmp/other.zip"
    catalog_directory     = "../../../rules/catalog"
    allowed_cidrs         = ["0.0.0.0/0"]
    i_know_this_is_public = true
    certificate_arn       = null
    domain_name           = "factory.example.com"
    zone_id               = "Z0123456789ABCDEFGHIJ"
    authentication        = { mode = "cognito" }
    network               = { nat = "per_zone", iot_endpoint = false, interface_endpoints = ["logs"] }
    architecture          = "X86_64"
    sizes                 = { training = { cpu = 4096, memory = 8192 } }
    simulator             = { minimum = 8, maximum = 8 }
    prometheus            = { replicas = 1 }
    alertmanager          = { replicas = 3 }
    grafana               = { replicas = 2 }
    training              = { schedule = "rate(7 days)" }
    fleet                 = { endpoint_kind = "instances", model_data_url = "s3://smart-factory-plant1-models-111122223333/fleet/v1/model.tar.gz" }
    retention_days        = { raw = 1 }
    container_insights    = "disabled"
    log_retention_days    = 3653
    budget                = { monthly_usd = 0.01, mails = ["operator@example.com"] }
  }

  assert {
    condition     = var.simulator.machines_per_task == 500 && var.retention_days.errors == 365 && var.network.zones == 2 && var.training.timezone == "UTC"
    error_message = "What is not said in an object has its own default."
  }
}

# A plant in capitals, a person's name for an ARN, a key that there is not, mails without a host, an image missing, an
# endpoint of an unknown kind, a file that is no zip, a directory without rules, no network, a domain without a dot, a zone by name,
# a login that there is not, no such NAT, processor, service, numbers of tasks, schedule, endpoint, days and insights, and a
# budget of nothing.
run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    plant              = "Plant1"
    administrators     = ["anna"]
    key_users          = { mails = ["arn:aws:iam::111122223333:role/admin"] }
    mails              = ["operator"]
    critical_mails     = ["operator@localhost"]
    images             = { simulator = "example.com/simulator:1" }
    fleet              = { endpoint_kind = "batch" }
    function_zip       = "build/fleet-function.tar"
    catalog_directory  = "tests"
    allowed_cidrs      = ["198.51.100.0"]
    domain_name        = "factory"
    zone_id            = "example.com"
    authentication     = { mode = "saml" }
    network            = { nat = "two" }
    architecture       = "arm64"
    sizes              = { rules = { cpu = 256, memory = 512 } }
    simulator          = { minimum = 3, maximum = 2 }
    prometheus         = { replicas = 3 }
    alertmanager       = { replicas = 0 }
    grafana            = { replicas = 3 }
    training           = { schedule = "0 3 * * SUN" }
    retention_days     = { raw = 0.5 }
    container_insights = "on"
    log_retention_days = 31
    budget             = { monthly_usd = 0, mails = ["operator@example.com"] }
  }

  expect_failures = [
    var.plant, var.administrators, var.key_users, var.mails, var.critical_mails, var.images, var.fleet, var.function_zip,
    var.catalog_directory, var.allowed_cidrs, var.domain_name, var.zone_id, var.authentication, var.network, var.architecture,
    var.sizes, var.simulator, var.prometheus, var.alertmanager, var.grafana, var.training, var.retention_days, var.container_insights,
    var.log_retention_days, var.budget,
  ]
}

# Nobody who administers, the whole world, no certificate and half of what one is made for, tasks without a way to IoT Core,
# a plant without a simulator, a model
# without its server, and a budget that nobody hears of.
run "what_does_not_go_together_is_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    plant           = "a-plant-whose-name-is-too-long"
    administrators  = []
    allowed_cidrs   = ["203.0.113.0/24", "0.0.0.0/0"]
    certificate_arn = null
    domain_name     = "factory.example.com"
    network         = { iot_endpoint = false }
    simulator       = { minimum = 0, maximum = 0 }
    fleet           = { model_data_url = "s3://smart-factory-plant1-models-111122223333/fleet/v1/model.tar.gz" }
    budget          = { monthly_usd = 50, mails = [] }
  }

  expect_failures = [
    var.plant, var.administrators, var.allowed_cidrs, var.certificate_arn, var.network, var.simulator, var.model_image,
    var.budget,
  ]
}

# More simulators than there are shards, and the world by halves.
# And what nobody would find: the machines' host behind the name of iot.api, a database by a port that is shut and a name for its
# group, a bound by its name alone.
run "more_than_the_plant_can_be_shared_among_is_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    allowed_cidrs = ["0.0.0.0/1", "128.0.0.0/1"]
    simulator     = { minimum = 1, maximum = 9 }
    network       = { nat = "one", iot_endpoint = false }
    grafana = { database = {
      type                = "postgres"
      host                = "db.example.com:5433"
      name                = "grafana"
      user                = "grafana"
      password_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:grafana-db-AbCdEf"
      security_group_id   = "database"
    } }
    permissions_boundary_arn = "smart-factory-plant-boundary"
  }

  expect_failures = [var.allowed_cidrs, var.simulator, var.network, var.grafana, var.permissions_boundary_arn]
}
