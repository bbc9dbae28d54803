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
  }

  secret_arns = {
    smtp          = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf"
    grafana_admin = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/grafana-admin-AbCdEf"
  }

  bucket_names = {
    lake       = "smart-factory-plant1-lake-111122223333"
    identities = "smart-factory-plant1-identities-111122223333"
    models     = "smart-factory-plant1-models-111122223333"
  }
}

run "good_values_are_taken" {
  command = plan

  variables {
    architecture        = "X86_64"
    container_insights  = "disabled"
    deletion_protection = false
    simulator           = { minimum = 8, maximum = 8 }
    prometheus          = { replicas = 1 }
    alertmanager        = { replicas = 1 }
    sizes               = { grafana = { cpu = 256, memory = 1024 } }
    training            = { schedule = "rate(7 days)", timezone = "Europe/Berlin" }
    models_published    = true
    target_group_arns   = { grafana = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/grafana/0123456789abcdef" }
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.insights) == 0 && aws_scheduler_schedule.training[0].schedule_expression_timezone == "Europe/Berlin"
    error_message = "Values that are right must be taken as they are."
  }
}

run "a_name_in_capitals_is_refused" {
  command = plan

  variables {
    name = "Factory"
  }

  expect_failures = [var.name]
}

run "a_plant_with_a_slash_is_refused" {
  command = plan

  variables {
    plant = "a/b"
  }

  expect_failures = [var.plant]
}

run "no_subnet_is_refused" {
  command = plan

  variables {
    private_subnet_ids = []
  }

  expect_failures = [var.private_subnet_ids]
}

run "a_missing_security_group_is_refused" {
  command = plan

  variables {
    security_group_ids = { simulator = "sg-1" }
  }

  expect_failures = [var.security_group_ids]
}

run "a_missing_image_is_refused" {
  command = plan

  variables {
    images = { simulator = "example.com/simulator:0.1.0" }
  }

  expect_failures = [var.images]
}

run "a_missing_key_is_refused" {
  command = plan

  variables {
    key_arns = { logs = "arn:aws:kms:eu-central-1:111122223333:key/1" }
  }

  expect_failures = [var.key_arns]
}

run "a_missing_secret_is_refused" {
  command = plan

  variables {
    secret_arns = { smtp = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf" }
  }

  expect_failures = [var.secret_arns]
}

run "a_missing_bucket_is_refused" {
  command = plan

  variables {
    bucket_names = { lake = "a-lake" }
  }

  expect_failures = [var.bucket_names]
}

run "an_endpoint_with_a_scheme_is_refused" {
  command = plan

  variables {
    iot_data_endpoint = "https://a.iot.eu-central-1.amazonaws.com"
  }

  expect_failures = [var.iot_data_endpoint]
}

run "a_target_group_of_nobody_is_refused" {
  command = plan

  variables {
    target_group_arns = { mail = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/mail/0123456789abcdef" }
  }

  expect_failures = [var.target_group_arns]
}

run "an_address_with_a_path_is_refused" {
  command = plan

  variables {
    url = "https://factory.example.com/grafana/"
  }

  expect_failures = [var.url]
}

run "an_unknown_processor_is_refused" {
  command = plan

  variables {
    architecture = "amd64"
  }

  expect_failures = [var.architecture]
}

run "a_retention_that_cloudwatch_has_not_is_refused" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "unknown_insights_are_refused" {
  command = plan

  variables {
    container_insights = "on"
  }

  expect_failures = [var.container_insights]
}

run "a_size_of_nobody_is_refused" {
  command = plan

  variables {
    sizes = { mail = { cpu = 256, memory = 512 } }
  }

  expect_failures = [var.sizes]
}

run "nine_simulators_are_refused" {
  command = plan

  variables {
    simulator = { maximum = 9 }
  }

  expect_failures = [var.simulator]
}

run "three_prometheis_are_refused" {
  command = plan

  variables {
    prometheus = { replicas = 3 }
  }

  expect_failures = [var.prometheus]
}

run "a_disk_of_twenty_is_refused" {
  command = plan

  variables {
    prometheus = { disk_gib = 20 }
  }

  expect_failures = [var.prometheus]
}

run "a_history_with_quotes_is_refused" {
  command = plan

  variables {
    prometheus = { history = "a\"b" }
  }

  expect_failures = [var.prometheus]
}

run "four_alertmanagers_are_refused" {
  command = plan

  variables {
    alertmanager = { replicas = 4 }
  }

  expect_failures = [var.alertmanager]
}

run "two_grafanas_on_files_are_refused" {
  command = plan

  variables {
    grafana = { replicas = 2 }
  }

  expect_failures = [var.grafana]
}

run "an_unknown_database_is_refused" {
  command = plan

  variables {
    grafana = { database = { type = "oracle", host = "db:1521", name = "a", user = "b", password_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf" } }
  }

  expect_failures = [var.grafana]
}

run "a_schedule_that_is_none_is_refused" {
  command = plan

  variables {
    training = { schedule = "weekly" }
  }

  expect_failures = [var.training]
}

run "training_without_its_image_is_refused" {
  command = plan

  variables {
    training = {}
    images = {
      simulator    = "example.com/simulator:0.1.0"
      init         = "example.com/init:0.1.0"
      maintenance  = "example.com/maintenance:0.1.0"
      prometheus   = "example.com/prometheus:0.1.0"
      alertmanager = "example.com/alertmanager:0.1.0"
      grafana      = "example.com/grafana:0.1.0"
    }
  }

  expect_failures = [var.training]
}
