# Each variable refuses what would fail later, or silently watch nothing.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name    = "smart-factory-plant1"
  key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-logs"
}

run "what_is_wrong_is_refused_first_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    name                    = "plant1"
    alarm_mails             = ["operator"]
    key_arn                 = "alias/smart-factory-plant1-logs"
    log_retention_days      = 31
    runbooks_url            = "http://factory.example/runbooks"
    rule_names              = ["arn:aws:iot:eu-central-1:111122223333:rule/archive"]
    iot_log_group_name      = "arn:aws:logs:eu-central-1:111122223333:log-group:AWSIotLogsV2"
    archive_stream_name     = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/archive"
    function_name           = "arn:aws:lambda:eu-central-1:111122223333:function:fleet"
    retry_queue_name        = "https://sqs.eu-central-1.amazonaws.com/111122223333/retries"
    endpoint                = { name = "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/fleet" }
    log_group_names         = { simulator = "arn:aws:logs:eu-central-1:111122223333:log-group:a" }
    archive_late_after_s    = 60
    dead_letter_queue_names = { fleet = "https://sqs.eu-central-1.amazonaws.com/111122223333/letters" }
    load_balancer           = { arn_suffix = "smart-factory-plant1" }
    certificate_arns        = { load_balancer = "0a1b2c3d" }
    certificate_days        = 0
    cluster                 = { arn = "smart-factory-plant1" }
    budget                  = { monthly_usd = 0, mails = ["boss@factory.example"] }
  }

  expect_failures = [
    var.name,
    var.alarm_mails,
    var.key_arn,
    var.log_retention_days,
    var.runbooks_url,
    var.rule_names,
    var.iot_log_group_name,
    var.archive_stream_name,
    var.function_name,
    var.retry_queue_name,
    var.endpoint,
    var.log_group_names,
    var.archive_late_after_s,
    var.dead_letter_queue_names,
    var.load_balancer,
    var.certificate_arns,
    var.certificate_days,
    var.cluster,
    var.budget,
  ]
}

run "what_is_wrong_is_refused_second_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    name               = "smart-factory-"
    alarm_mails        = ["a@b.example,c@d.example"]
    key_arn            = "0a1b2c3d"
    log_retention_days = 0
    runbooks_url       = "https://factory.example/runbooks/"
    load_balancer      = { arn_suffix = "app/a/50dc", target_groups = { grafana = "grafana" } }
    certificate_days   = 61
    cluster            = { arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/a", services = { simulator = "arn:aws:ecs:eu-central-1:111122223333:service/a/b" } }
    budget             = { monthly_usd = 10, mails = [] }
  }

  expect_failures = [
    var.name,
    var.alarm_mails,
    var.key_arn,
    var.log_retention_days,
    var.runbooks_url,
    var.load_balancer,
    var.certificate_days,
    var.cluster,
    var.budget,
  ]
}

run "what_is_wrong_is_refused_third_cases" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    budget = { monthly_usd = 10, mails = ["boss@factory.example"], tag = "plant1" }
  }

  expect_failures = [
    var.budget,
  ]
}
