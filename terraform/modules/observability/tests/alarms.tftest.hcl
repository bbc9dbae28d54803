# What is watched, on what it is told, and that each alarm says what to do. No account is asked.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

override_resource {
  target          = aws_sns_topic.alarms
  override_during = plan
  values          = { arn = "arn:aws:sns:eu-central-1:111122223333:smart-factory-plant1-alarms" }
}

variables {
  name    = "smart-factory-plant1"
  key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-logs"
}

run "an_empty_factory_has_a_topic_and_a_dashboard_and_no_alarm_that_cannot_be_right" {
  command = plan

  assert {
    condition     = length(output.alarm_names) == 0 && length(aws_cloudwatch_log_metric_filter.this) == 0 && length(aws_cloudwatch_event_rule.tasks) == 0 && length(aws_budgets_budget.this) == 0
    error_message = "Without anything to watch there is nothing to alarm about."
  }

  assert {
    condition     = aws_cloudwatch_dashboard.this.dashboard_name == "smart-factory-plant1" && [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.type] == ["text"]
    error_message = "The dashboard of an empty factory has its title alone."
  }
}

run "everything_of_the_factory_is_watched" {
  command = plan

  variables {
    alarm_mails             = ["operator@factory.example"]
    rule_names              = ["archive", "malformed_telemetry"]
    iot_log_group_name      = "AWSIotLogsV2"
    archive_stream_name     = "smart-factory-plant1-archive"
    dead_letter_queue_names = { fleet = "smart-factory-plant1-fleet-dead-letters" }
    function_name           = "smart-factory-plant1-fleet"
    retry_queue_name        = "smart-factory-plant1-fleet-retries"
    endpoint                = { name = "smart-factory-plant1-fleet" }

    load_balancer    = { arn_suffix = "app/smart-factory-plant1/50dc6c495c0c9188", target_groups = { grafana = "targetgroup/grafana/73e2d6bc24d8a067" } }
    certificate_arns = { load_balancer = "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d" }

    cluster         = { arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/smart-factory-plant1", services = { simulator = "smart-factory-plant1-simulator" } }
    log_group_names = { simulator = "/smart-factory/plant1/simulator" }
    budget          = { monthly_usd = 250, mails = ["boss@factory.example"], tag = "plant$plant1" }
  }

  # --- which alarms, and what they say

  assert {
    condition = toset(output.alarm_names) == toset([for alarm in [
      "RuleActionFailing-archive", "RuleActionFailing-malformed_telemetry", "RuleErrorActionFailing", "RuleThrottled-archive", "RuleThrottled-malformed_telemetry", "RuleSqlFailing", "DevicesRefused",
      "TelemetryNotArchived", "ArchiveDeliveryLate", "ArchiveDeliveryFailing", "ArchiveThrottled", "DeadLetters-fleet",
      "FunctionFailing", "FunctionThrottled", "FunctionEventsLate", "FunctionEventsLost", "PredictionsWaiting", "ModelServerSlow", "ModelServerFailing",
      "LoadBalancerFailing", "ServicesFailing", "ServiceAway-grafana", "CertificateEnding-load_balancer", "TaskRestarting-simulator", "ProgramErrors-simulator",
    ] : "smart-factory-plant1-${alarm}"])
    error_message = "An alarm is missing, or one has come that this list does not know."
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.simple), values(aws_cloudwatch_metric_alarm.asked)) : can(regex("[.] What to do: https://[^ ]+/docs/runbooks/[A-Za-z]+[.]md$", alarm.alarm_description)) && length(alarm.alarm_description) <= 1024])
    error_message = "Each alarm must say what is wrong and end with its runbook, in the 1024 characters that CloudWatch keeps."
  }

  assert {
    condition     = alltrue([for runbook in keys(local.see) : fileexists("${path.module}/../../../docs/runbooks/${runbook}.md")])
    error_message = "A runbook that an alarm names is not there."
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.simple), values(aws_cloudwatch_metric_alarm.asked)) : [alarm.alarm_actions, alarm.ok_actions] == [toset([local.topic_arn]), toset([local.topic_arn])]])
    error_message = "An alarm tells nobody when it comes, or when it goes."
  }

  # --- on what they look

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.simple : startswith(key, "ServiceAway") ? alarm.treat_missing_data == "breaching" && alarm.statistic == "Maximum" : alarm.treat_missing_data == "notBreaching"]) && alltrue([for alarm in aws_cloudwatch_metric_alarm.asked : alarm.treat_missing_data == "notBreaching"])
    error_message = "No data means that all is well, but for tasks that should be there."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.asked["RuleActionFailing-archive"].metric_query : query.expression]) == "SELECT SUM(Failure) FROM SCHEMA(\"AWS/IoT\", ActionType, RuleName) WHERE RuleName = 'archive'"
    error_message = "Failures must be counted over all types of actions of the rule."
  }

  assert {
    condition     = { for query in aws_cloudwatch_metric_alarm.asked["TelemetryNotArchived"].metric_query : query.id => [one(query.metric).namespace, one(query.metric).metric_name, one(query.metric).dimensions] if !query.return_data } == { taken = ["AWS/IoT", "TopicMatch", tomap({ RuleName = "archive" })], archived = ["AWS/Firehose", "IncomingRecords", tomap({ DeliveryStreamName = "smart-factory-plant1-archive" })], quarantined = ["AWS/IoT", "Success", tomap({ ActionType = "S3", RuleName = "malformed_telemetry" })] }
    error_message = "The account must set what AWS IoT took against what the stream and the quarantine got."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["ModelServerSlow"].threshold == 1000000 && aws_cloudwatch_metric_alarm.simple["ModelServerSlow"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.simple["ModelServerSlow"].statistic == null
    error_message = "SageMaker tells latency in microseconds: slow is p95 above 1,000,000."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["CertificateEnding-load_balancer"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.simple["CertificateEnding-load_balancer"].threshold == 30
    error_message = "A certificate is told of when fewer than 30 days are left."
  }

  # --- tasks, deployments, lines

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.tasks["cluster"].event_pattern).detail == { clusterArn = ["arn:aws:ecs:eu-central-1:111122223333:cluster/smart-factory-plant1"], lastStatus = ["STOPPED"], stopCode = ["EssentialContainerExited", "TaskFailedToStart"] }
    error_message = "Tasks of this cluster that ended by themselves must be counted, and not those that a deployment ended."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["TaskRestarting-simulator"].dimensions == tomap({ Group = "service:smart-factory-plant1-simulator" }) && one(aws_cloudwatch_log_metric_filter.tasks["cluster"].metric_transformation).dimensions == tomap({ Group = "$.detail.group" })
    error_message = "Stopped tasks must be counted by the service to which they belong."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.deployments["cluster"].event_pattern).resources == [{ prefix = "arn:aws:ecs:eu-central-1:111122223333:service/smart-factory-plant1/" }]
    error_message = "Deployments of other clusters are told by others."
  }

  assert {
    condition     = aws_cloudwatch_log_group.tasks["cluster"].kms_key_id == var.key_arn && aws_cloudwatch_log_group.tasks["cluster"].retention_in_days == 30
    error_message = "The log of stopped tasks has no key or no end."
  }

  assert {
    condition     = [aws_cloudwatch_event_target.tasks["cluster"].arn, aws_cloudwatch_event_target.deployments["cluster"].arn] == [aws_cloudwatch_log_group.tasks["cluster"].arn, aws_sns_topic.alarms.arn]
    error_message = "Stopped tasks must be written into their log, and failed deployments be told at once."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_cloudwatch_log_resource_policy.tasks["cluster"].policy_document).Statement : [statement.Principal.Service, statement.Resource] == [["events.amazonaws.com", "delivery.logs.amazonaws.com"], "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/events/smart-factory-plant1-stopped-tasks:*"]])
    error_message = "Only EventBridge may write, and only into the log of stopped tasks."
  }

  assert {
    condition     = one([for statement in jsondecode(aws_cloudwatch_log_resource_policy.tasks["cluster"].policy_document).Statement : statement.Condition.ArnEquals["aws:SourceArn"] if statement.Action == "logs:PutLogEvents"]) == "arn:aws:events:eu-central-1:111122223333:rule/smart-factory-plant1-stopped-tasks"
    error_message = "No other rule may write into the log of stopped tasks."
  }

  assert {
    condition     = { for key, filter in aws_cloudwatch_log_metric_filter.this : key => filter.log_group_name } == { "DevicesRefused" = "AWSIotLogsV2", "Errors-simulator" = "/smart-factory/plant1/simulator", "SqlFailures" = "AWSIotLogsV2" }
    error_message = "Lines of AWS IoT and of our programs must be counted."
  }

  # Ours and Grafana's write levels in small letters, Alertmanager in capitals; CloudWatch looks at the case.
  assert {
    condition     = aws_cloudwatch_log_metric_filter.this["Errors-simulator"].pattern == "{ ($.level = \"error\") || ($.level = \"ERROR\") || ($.level = \"critical\") }"
    error_message = "Errors are not seen: ${aws_cloudwatch_log_metric_filter.this["Errors-simulator"].pattern}"
  }

  # --- the topic, the budget, the dashboard

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.key_arn && [for one in aws_sns_topic_subscription.alarms : [one.protocol, one.endpoint]] == [["email", "operator@factory.example"]]
    error_message = "The topic must be encrypted, and told by mail."
  }

  assert {
    condition     = { for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : statement.Sid => statement.Condition } == { Cloudwatch = { StringEquals = { "aws:SourceAccount" = "111122223333" } }, Budgets = { StringEquals = { "aws:SourceAccount" = "111122223333" } }, Deployments = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-central-1:111122223333:rule/smart-factory-plant1-failed-deployments" } }, TlsOnly = { Bool = { "aws:SecureTransport" = "false" } } }
    error_message = "Only services of AWS for this account may tell an alarm, and only by TLS."
  }

  assert {
    condition     = { for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : statement.Sid => [statement.Effect, statement.Principal, statement.Action, statement.Resource == local.topic_arn] } == { Cloudwatch = ["Allow", { Service = "cloudwatch.amazonaws.com" }, "sns:Publish", true], Budgets = ["Allow", { Service = "budgets.amazonaws.com" }, "sns:Publish", true], Deployments = ["Allow", { Service = "events.amazonaws.com" }, "sns:Publish", true], TlsOnly = ["Deny", "*", "sns:Publish", true] }
    error_message = "Somebody else may tell an alarm, or do more with the topic: ${aws_sns_topic_policy.alarms.policy}"
  }

  assert {
    condition     = aws_budgets_budget.this["monthly"].limit_amount == "250" && one(aws_budgets_budget.this["monthly"].cost_filter).values == tolist(["user:plant$plant1"]) && { for one in aws_budgets_budget.this["monthly"].notification : one.notification_type => [one.threshold, one.subscriber_email_addresses] } == { ACTUAL = [80, toset(["boss@factory.example"])], FORECASTED = [100, toset(["boss@factory.example"])] }
    error_message = "The budget must be told by mail at four fifths, and once more than all is to be expected."
  }

  assert {
    condition     = toset(flatten([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : try(widget.properties.alarms, [])])) == toset([for alarm in output.alarm_names : "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:${alarm}"])
    error_message = "The dashboard must show every alarm."
  }

  assert {
    condition     = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.x + widget.width <= 24]) && length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 13
    error_message = "The dashboard must have its title, its alarms and eleven graphs, on 24 columns."
  }
}

run "without_a_quarantine_there_is_no_account" {
  command = plan

  variables {
    rule_names          = ["archive"]
    archive_stream_name = "smart-factory-plant1-archive"
  }

  assert {
    condition     = !contains(output.alarm_names, "smart-factory-plant1-TelemetryNotArchived") && contains(output.alarm_names, "smart-factory-plant1-ArchiveDeliveryLate")
    error_message = "Without the rule of the quarantine its messages would be taken for lost."
  }
}
