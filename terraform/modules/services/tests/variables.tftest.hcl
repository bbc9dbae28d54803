# What cannot work is refused with one sentence, and what can is not.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name               = "smart-factory-plant1"
  plant              = "plant1"
  vpc_id             = "vpc-0123456789abcdef0"
  private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  security_group_ids = { simulator = "sg-1", prometheus = "sg-2", alertmanager = "sg-3", grafana = "sg-4", verdicts = "sg-5", efs = "sg-6", load_balancer = "sg-7" }
  leases_table_name  = "smart-factory-plant1-leases"
  iot_data_endpoint  = "a1b2c3-ats.iot.eu-central-1.amazonaws.com"
  url                = "https://factory.example.com"

  images = {
    simulator    = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/simulator:0.1.0"
    init         = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/init:0.1.0"
    maintenance  = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0"
    prometheus   = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/prometheus:0.1.0"
    alertmanager = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/alertmanager:0.1.0"
    grafana      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/grafana:0.1.0"
    local-aws    = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/local-aws:0.1.0"
  }

  key_arns = {
    identities = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000001"
    lake       = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000002"
    models     = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000003"
    secrets    = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000004"
    logs       = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000005"
    truth      = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000006"
  }

  secret_arns = {
    smtp          = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf"
    grafana_admin = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/grafana-admin-AbCdEf"
  }

  bucket_names = {
    lake       = "smart-factory-plant1-lake-111122223333"
    identities = "smart-factory-plant1-identities-111122223333"
    models     = "smart-factory-plant1-models-111122223333"
    truth      = "smart-factory-plant1-truth-111122223333"
  }
}

run "good_values_are_taken" {
  command = plan

  variables {
    architecture       = "X86_64"
    container_insights = "disabled"
    simulator          = { minimum = 8, maximum = 8 }
    prometheus         = { replicas = 1 }
    alertmanager       = { replicas = 1 }
    sizes              = { grafana = { cpu = 256, memory = 1024 } }
    training           = { schedule = "rate(7 days)", timezone = "Europe/Berlin" }
    models_published   = true
    target_group_arns  = { grafana = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/grafana/0123456789abcdef" }
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.insights) == 0 && aws_scheduler_schedule.training[0].schedule_expression_timezone == "Europe/Berlin"
    error_message = "Values that are right must be taken as they are."
  }
}

# a name in capitals, a plant with a slash, no subnet, a missing security group, a missing image, a missing key, a missing secret, a missing bucket, an endpoint with a scheme, a target group of nobody, an address with a path, an unknown processor, a retention that cloudwatch has not, unknown insights, a size of nobody, nine simulators, three prometheis, four alertmanagers, two grafanas on files, a vpc by name, a table of no plant, a directory without configurations
run "wrong_values_are_refused_1" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    name                     = "Factory"
    plant                    = "a/b"
    private_subnet_ids       = []
    security_group_ids       = { simulator = "sg-1" }
    images                   = { simulator = "example.com/simulator:0.1.0" }
    key_arns                 = { logs = "arn:aws:kms:eu-central-1:111122223333:key/1" }
    secret_arns              = { smtp = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf" }
    bucket_names             = { lake = "a-lake" }
    iot_data_endpoint        = "https://a.iot.eu-central-1.amazonaws.com"
    target_group_arns        = { mail = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/mail/0123456789abcdef" }
    url                      = "https://factory.example.com/grafana/"
    architecture             = "amd64"
    log_retention_days       = 31
    container_insights       = "on"
    sizes                    = { mail = { cpu = 256, memory = 512 } }
    simulator                = { maximum = 9 }
    prometheus               = { replicas = 3 }
    alertmanager             = { replicas = 4 }
    grafana                  = { replicas = 2 }
    vpc_id                   = "main"
    leases_table_name        = "leases"
    configuration_directory  = "/nowhere"
  }

  expect_failures = [var.permissions_boundary_arn, var.name, var.plant, var.private_subnet_ids, var.security_group_ids, var.images, var.key_arns, var.secret_arns, var.bucket_names, var.iot_data_endpoint, var.target_group_arns, var.url, var.architecture, var.log_retention_days, var.container_insights, var.sizes, var.simulator, var.prometheus, var.alertmanager, var.grafana, var.vpc_id, var.leases_table_name, var.configuration_directory]
}

# a disk of twenty, a database without its port, a schedule that is none
run "wrong_values_are_refused_2" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    prometheus = { disk_gib = 20 }
    grafana    = { database = { host = "db", name = "a", user = "b", password_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf" } }
    training   = { schedule = "weekly" }
  }

  expect_failures = [var.prometheus, var.grafana, var.training]
}

# a history with quotes, training without its image
run "wrong_values_are_refused_3" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    prometheus = { history = "a\"b" }
    training   = {}
    images = {
      simulator    = "example.com/simulator:0.1.0"
      init         = "example.com/init:0.1.0"
      maintenance  = "example.com/maintenance:0.1.0"
      prometheus   = "example.com/prometheus:0.1.0"
      alertmanager = "example.com/alertmanager:0.1.0"
      grafana      = "example.com/grafana:0.1.0"
    }
  }

  expect_failures = [var.prometheus, var.training]
}
