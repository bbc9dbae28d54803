# What tells people on AWS: alarms with a topic of their own, a dashboard, and a budget.
#
# Log groups are made by whoever writes to them. Here their lines are counted.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  # What our metrics are called in CloudWatch; the panels of Grafana read the same list.
  metrics = jsondecode(file("${path.module}/../../../contracts/cloudwatch.json"))
  rules   = { archive = "archive", quarantine = "malformed_telemetry" }

  topic      = "${var.name}-alarms"
  topic_arn  = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.topic}"
  task_rule  = "${var.name}-stopped-tasks"
  deployment = "${var.name}-failed-deployments"
  counted    = "SmartFactory/${trimprefix(var.name, "smart-factory-")}/Logs"

  iot       = var.iot_log_group_name == null ? {} : { iot = var.iot_log_group_name }
  stream    = var.archive_stream_name == null ? {} : { archive = var.archive_stream_name }
  function  = var.function_name == null ? {} : { function = var.function_name }
  retries   = var.retry_queue_name == null ? {} : { retries = var.retry_queue_name }
  endpoint  = var.endpoint == null ? {} : { endpoint = var.endpoint }
  balancer  = var.load_balancer == null ? {} : { balancer = var.load_balancer.arn_suffix }
  cluster   = var.cluster == null ? {} : { cluster = var.cluster.arn }
  restarted = var.cluster == null ? {} : var.cluster.services
  away      = var.load_balancer == null ? {} : var.load_balancer.target_groups
  queues    = sort(concat(values(var.dead_letter_queue_names), values(local.retries)))
  accounted = length(setintersection(var.rule_names, values(local.rules))) == 2 ? local.stream : {}
}

# --- whom alarms are told ---------------------------------------------------------------------------------------------

resource "aws_sns_topic" "alarms" {
  name              = local.topic
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for service in ["cloudwatch", "budgets"] : {
        Sid       = title(service)
        Effect    = "Allow"
        Principal = { Service = "${service}.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      }],
      [{
        Sid       = "Deployments"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        # EventBridge tells no account, but the rule.
        Condition = { ArnEquals = { "aws:SourceArn" = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.deployment}" } }
      }],
      [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.alarm_mails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# --- lines that are counted -------------------------------------------------------------------------------------------

locals {
  filters = merge(
    # Failures of SQL are in no metric of AWS IoT; it logs them with the rule's name.
    { for key, group in local.iot : "SqlFailures" => {
      group     = group, pattern = "{ ($.logLevel = \"ERROR\") && ($.ruleName = \"*\") }",
      namespace = local.metrics.rules_sql_failures_total.namespace, metric = local.metrics.rules_sql_failures_total.metric
    } },
    { for key, group in local.iot : "DevicesRefused" => {
      group     = group, pattern = "{ ($.logLevel = \"ERROR\") && (($.eventType = \"Connect\") || ($.eventType = \"Publish-In\") || ($.eventType = \"Subscribe\")) }",
      namespace = local.metrics.rules_sql_failures_total.namespace, metric = "DevicesRefused"
    } },
    # In capitals Alertmanager writes them, whose filters look at the case.
    { for word, group in var.log_group_names : "Errors-${word}" => {
      group     = group, pattern = "{ ($.level = \"error\") || ($.level = \"ERROR\") || ($.level = \"critical\") }",
      namespace = local.counted, metric = "Errors-${word}"
    } },
  )
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.filters

  name           = "${var.name}-${each.key}"
  log_group_name = each.value.group
  pattern        = each.value.pattern

  metric_transformation {
    namespace     = each.value.namespace
    name          = each.value.metric
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

# --- tasks that stop, deployments that fail ---------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "tasks" {
  #checkov:skip=CKV_AWS_338:a month is what people look back on; log_retention_days keeps it longer where that is asked for
  for_each = local.cluster

  name              = "/aws/events/${local.task_rule}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn
}

resource "aws_cloudwatch_log_resource_policy" "tasks" {
  for_each = local.cluster

  policy_name = local.task_rule
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Streams"
        Effect    = "Allow"
        Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
        Action    = "logs:CreateLogStream"
        Resource  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/events/${local.task_rule}:*"
      },
      {
        Sid       = "StoppedTasks"
        Effect    = "Allow"
        Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
        Action    = "logs:PutLogEvents"
        Resource  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/events/${local.task_rule}:*"
        Condition = { ArnEquals = { "aws:SourceArn" = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.task_rule}" } }
      },
    ]
  })
}

# Those that ended by themselves: not whom a deployment, a person or the end of Spot took away.
resource "aws_cloudwatch_event_rule" "tasks" {
  for_each = local.cluster

  name        = local.task_rule
  description = "A task of ${var.name} ended or did not start, and nobody asked for it."
  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [each.value]
      lastStatus = ["STOPPED"]
      stopCode   = ["EssentialContainerExited", "TaskFailedToStart"]
    }
  })
}

resource "aws_cloudwatch_event_target" "tasks" {
  for_each = local.cluster

  rule      = aws_cloudwatch_event_rule.tasks["cluster"].name
  target_id = "log"
  arn       = aws_cloudwatch_log_group.tasks["cluster"].arn
}

resource "aws_cloudwatch_log_metric_filter" "tasks" {
  for_each = local.cluster

  name           = "${var.name}-stopped-tasks"
  log_group_name = aws_cloudwatch_log_group.tasks["cluster"].name
  pattern        = "{ $.detail.lastStatus = \"STOPPED\" }"

  metric_transformation {
    namespace  = local.counted
    name       = "StoppedTasks"
    value      = "1"
    unit       = "Count"
    dimensions = { Group = "$.detail.group" }
  }
}

resource "aws_cloudwatch_event_rule" "deployments" {
  for_each = local.cluster

  name        = local.deployment
  description = "A deployment in ${var.name} failed, and the circuit breaker rolls it back."
  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Deployment State Change"]
    detail      = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
    resources   = [{ prefix = "${replace(each.value, ":cluster/", ":service/")}/" }]
  })
}

resource "aws_cloudwatch_event_target" "deployments" {
  for_each = local.cluster

  rule      = aws_cloudwatch_event_rule.deployments["cluster"].name
  target_id = "alarms"
  arn       = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths    = { reason = "$.detail.reason", service = "$.resources[0]" }
    input_template = "\"DeploymentFailed: <service>: <reason> ECS rolls it back. See why its tasks ended. ${local.see.TaskRestarting}\""
  }
}

# --- alarms -----------------------------------------------------------------------------------------------------------

locals {
  see = { for runbook in [
    "CertificateEnding", "DeadLetters", "DevicesRefused", "FunctionFailing", "LoadBalancerFailing", "ModelServerFailing", "ModelServerSlow", "RuleFailing", "TaskRestarting", "TelemetryNotArchived",
  ] : runbook => "What to do: ${var.runbooks_url}/${runbook}.md" }

  # Of one metric: what it counts, from when on it is told, and what a person does first.
  simple = merge(
    { for rule in var.rule_names : "RuleThrottled-${rule}" => {
      namespace = "AWS/IoT", metric = "RuleMessageThrottled", statistic = "Sum", dimensions = { RuleName = rule }, above = 0,
      says      = "AWS IoT puts off messages of the rule ${rule}: more come in than the account may have. Ask for a higher quota of rule evaluations.", runbook = "RuleFailing"
    } },
    { for key, group in local.iot : "RuleSqlFailing" => {
      namespace = local.metrics.rules_sql_failures_total.namespace, metric = local.metrics.rules_sql_failures_total.metric, statistic = "Sum", dimensions = {}, above = 0,
      says      = "A rule's SQL or one of its actions failed. Look into the log group ${group} for the rule's name and the reason.", runbook = "RuleFailing"
    } },
    { for key, group in local.iot : "DevicesRefused" => {
      namespace = local.metrics.rules_sql_failures_total.namespace, metric = "DevicesRefused", statistic = "Sum", dimensions = {}, above = 10, times = 3,
      says      = "AWS IoT refuses connections or messages of devices. Look into the log group ${group} for their names and the reason.", runbook = "DevicesRefused"
    } },
    { for key, stream in local.stream : "ArchiveDeliveryLate" => {
      namespace  = local.metrics.archive_oldest_record_seconds.namespace, metric = local.metrics.archive_oldest_record_seconds.metric, statistic = "Maximum",
      dimensions = { DeliveryStreamName = stream }, above = var.archive_late_after_s, times = 2,
      says       = "The stream ${stream} holds records that are older than ${var.archive_late_after_s} s. Nothing is lost for a day: see whether it may write into the lake.", runbook = "TelemetryNotArchived"
    } },
    { for key, stream in local.stream : "ArchiveDeliveryFailing" => {
      namespace = "AWS/Firehose", metric = "DeliveryToS3.Success", statistic = "Minimum", dimensions = { DeliveryStreamName = stream }, below = 1,
      says      = "The stream ${stream} cannot write into the lake, and tries again for a day. See its log group for the reason: rights, key or bucket.", runbook = "TelemetryNotArchived"
    } },
    { for key, stream in local.stream : "ArchiveThrottled" => {
      namespace = "AWS/Firehose", metric = "ThrottledRecords", statistic = "Sum", dimensions = { DeliveryStreamName = stream }, above = 0,
      says      = "The stream ${stream} takes no more records for now. Ask for a higher quota of the stream.", runbook = "TelemetryNotArchived"
    } },
    { for whose, queue in var.dead_letter_queue_names : "DeadLetters-${whose}" => {
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", dimensions = { QueueName = queue }, above = 0,
      says      = "In ${queue} are messages that nobody could use. They are kept for 14 days: see them and their reasons with factory fleet refused --aws.", runbook = "DeadLetters"
    } },
    { for key, function in local.function : "FunctionFailing" => {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = function }, above = 0,
      says      = "The function ${function} fails. Its log group tells the reason, by the id of the invocation.", runbook = "FunctionFailing"
    } },
    { for key, function in local.function : "FunctionThrottled" => {
      namespace = "AWS/Lambda", metric = "Throttles", statistic = "Sum", dimensions = { FunctionName = function }, above = 0, times = 3,
      says      = "Lambda puts off the function ${function}: the account's executions are used up. Ask for a higher quota of concurrent executions.", runbook = "FunctionFailing"
    } },
    # IteratorAge is of streams. This function is called with events, which wait in a queue of Lambda's own.
    { for key, function in local.function : "FunctionEventsLate" => {
      namespace = "AWS/Lambda", metric = "AsyncEventAge", statistic = "Maximum", dimensions = { FunctionName = function }, above = 600000, # [ms]
      says      = "Events wait for the function ${function} for more than ten minutes. See whether it fails or is throttled.", runbook = "FunctionFailing"
    } },
    { for key, function in local.function : "FunctionEventsLost" => {
      namespace = "AWS/Lambda", metric = "DeadLetterErrors", statistic = "Sum", dimensions = { FunctionName = function }, above = 0,
      says      = "Events of the function ${function} failed and could not be put into the dead letters: they are lost. Hand in the files of this time again.", runbook = "FunctionFailing"
    } },
    { for key, queue in local.retries : "PredictionsWaiting" => {
      namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum", dimensions = { QueueName = queue }, above = 3600, # [s]
      says      = "Readings wait for their verdict for more than an hour. See whether the model's endpoint is there and answers.", runbook = "FunctionFailing"
    } },
    { for key, endpoint in local.endpoint : "ModelServerSlow" => {
      namespace  = local.metrics.model_server_request_seconds.namespace, metric = local.metrics.model_server_request_seconds.metric, statistic = "p95",
      dimensions = { EndpointName = endpoint.name, VariantName = endpoint.variant }, above = local.metrics.model_server_request_seconds.per_unit, times = 3,
      says       = "One verdict in twenty of ${endpoint.name} takes longer than a second. Give the endpoint more memory or instances.", runbook = "ModelServerSlow"
    } },
    { for key, balancer in local.balancer : "LoadBalancerFailing" => {
      namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", statistic = "Sum", dimensions = { LoadBalancer = balancer }, above = 10,
      says      = "The load balancer answers with errors of its own: a service has no task that is well. See the services' tasks.", runbook = "LoadBalancerFailing"
    } },
    { for key, balancer in local.balancer : "ServicesFailing" => {
      namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", dimensions = { LoadBalancer = balancer }, above = 10, times = 2,
      says      = "Services behind the load balancer answer with errors. The load balancer's access log tells which path.", runbook = "LoadBalancerFailing"
    } },
    # The largest of the zones' counts, as one task is in one zone; and the largest of a period, as a deployment may pause it.
    { for word, group in local.away : "ServiceAway-${word}" => {
      namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", statistic = "Maximum", dimensions = { LoadBalancer = local.balancer.balancer, TargetGroup = group }, below = 1, times = 2,
      missing   = "breaching",
      says      = "No task of ${word} is well. See why its tasks stop or fail their health check.", runbook = "LoadBalancerFailing"
    } },
    { for word, service in local.restarted : "TaskRestarting-${word}" => {
      namespace = local.counted, metric = "StoppedTasks", statistic = "Sum", dimensions = { Group = "service:${service}" }, above = 2, period = 900,
      says      = "Tasks of ${service} ended by themselves three times within a quarter of an hour. The log group /aws/events/${local.task_rule} tells the reason of each.", runbook = "TaskRestarting"
    } },
    { for word, group in var.log_group_names : "ProgramErrors-${word}" => {
      namespace = local.counted, metric = "Errors-${word}", statistic = "Sum", dimensions = {}, above = 5, times = 3,
      says      = "${word} logs errors again and again. Look into the log group ${group} for lines of the level error.", runbook = "TaskRestarting"
    } },
    { for word, arn in var.certificate_arns : "CertificateEnding-${word}" => {
      namespace = "AWS/CertificateManager", metric = "DaysToExpiry", statistic = "Minimum", dimensions = { CertificateArn = arn }, below = var.certificate_days, period = 86400,
      says      = "The certificate of ${word} ends in less than ${var.certificate_days} days and was not renewed. See whether ACM can still validate its domain.", runbook = "CertificateEnding"
    } },
  )

  # Of a question to CloudWatch's Metrics Insights, or of several metrics. The question needs no spelling of action types.
  asked = merge(
    { for rule in var.rule_names : "RuleActionFailing-${rule}" => {
      expression = "SELECT SUM(${local.metrics.rules_action_failures_total.metric}) FROM SCHEMA(\"AWS/IoT\", ActionType, RuleName) WHERE RuleName = '${rule}'",
      metrics    = {}, above = 0, times = 1,
      says       = "An action of the rule ${rule} fails. Its messages lie under errors/${rule}/ in the lake: see the reason in each, and play them again once it is mended.", runbook = "RuleFailing"
    } },
    { for name in ["RuleErrorActionFailing"] : name => {
      expression = "SELECT SUM(ErrorActionFailure) FROM SCHEMA(\"AWS/IoT\", ActionType, RuleName)",
      metrics    = {}, above = 0, times = 1,
      says       = "An error action of a rule fails: messages are lost. See whether rules may write under errors/ in the lake.", runbook = "RuleFailing"
    } if length(var.rule_names) > 0 },
    # The account of both ends, as Prometheus keeps it where the engine is ours; slack: 20 messages and 10 s of usual traffic.
    { for key, stream in local.accounted : "TelemetryNotArchived" => {
      expression = "FILL(taken, 0) * (1 - 10 / 300) - FILL(archived, 0) - FILL(quarantined, 0)",
      metrics = {
        taken       = { namespace = local.metrics.rules_topic_matches_total.namespace, metric = local.metrics.rules_topic_matches_total.metric, statistic = "Sum", dimensions = { RuleName = local.rules.archive } }
        archived    = { namespace = local.metrics.archive_records_received.namespace, metric = local.metrics.archive_records_received.metric, statistic = "Sum", dimensions = { DeliveryStreamName = stream } }
        quarantined = { namespace = local.metrics.rules_action_success_total.namespace, metric = local.metrics.rules_action_success_total.metric, statistic = "Sum", dimensions = { RuleName = local.rules.quarantine, ActionType = "S3" } }
      },
      above = 20, times = 2,
      says  = "Messages that AWS IoT took are neither in the stream ${stream} nor in quarantine. See the alarms of the rules, and errors/archive/ in the lake.", runbook = "TelemetryNotArchived"
    } },
    { for key, endpoint in local.endpoint : "ModelServerFailing" => {
      expression = "IF(failed >= 3, failed / asked, 0)",
      metrics = {
        asked  = { namespace = local.metrics.model_server_requests_total.namespace, metric = local.metrics.model_server_requests_total.metric, statistic = "Sum", dimensions = { EndpointName = endpoint.name, VariantName = endpoint.variant } }
        failed = { namespace = local.metrics.model_server_requests_total.namespace, metric = "Invocation5XXErrors", statistic = "Sum", dimensions = { EndpointName = endpoint.name, VariantName = endpoint.variant } }
      },
      above = 0.05, times = 1,
      says  = "The endpoint ${endpoint.name} fails more than one request in twenty. Its readings are stored, and judged once it is well: see the endpoint's log.", runbook = "ModelServerFailing"
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "simple" {
  for_each = local.simple

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says} ${local.see[each.value.runbook]}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.above, each.value.below)
  period              = try(each.value.period, 300)
  evaluation_periods  = try(each.value.times, 1)
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [local.topic_arn]
  ok_actions          = [local.topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "asked" {
  for_each = local.asked

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says} ${local.see[each.value.runbook]}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  evaluation_periods  = each.value.times
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.topic_arn]
  ok_actions          = [local.topic_arn]

  metric_query {
    id          = "told"
    expression  = each.value.expression
    label       = each.key
    period      = length(each.value.metrics) == 0 ? 300 : null
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = 300
      }
    }
  }
}

# --- dashboard --------------------------------------------------------------------------------------------------------

locals {
  # A line of a graph: our name for it, and which values of its dimensions.
  lines = {
    taken       = { metric = "rules_topic_matches_total", dimensions = { RuleName = local.rules.archive } }
    streamed    = { metric = "archive_records_received", dimensions = { DeliveryStreamName = coalesce(var.archive_stream_name, "none") } }
    delivered   = { metric = "archive_records_delivered", dimensions = { DeliveryStreamName = coalesce(var.archive_stream_name, "none") } }
    oldest      = { metric = "archive_oldest_record_seconds", dimensions = { DeliveryStreamName = coalesce(var.archive_stream_name, "none") } }
    sql_failed  = { metric = "rules_sql_failures_total", dimensions = {} }
    latency     = { metric = "model_server_request_seconds", dimensions = { EndpointName = try(var.endpoint.name, "none"), VariantName = try(var.endpoint.variant, "none") } }
    invocations = { metric = "model_server_requests_total", dimensions = { EndpointName = try(var.endpoint.name, "none"), VariantName = try(var.endpoint.variant, "none") } }
  }
  drawn = { for label, line in local.lines : label => concat(
    [local.metrics[line.metric].namespace, local.metrics[line.metric].metric],
    flatten([for key, value in line.dimensions : [key, value]]),
    [{ stat = local.metrics[line.metric].statistic, label = replace(label, "_", " ") }],
  ) }
  # SEARCH finds every action, however AWS spells its type.
  searched = { for label, name in { succeeded = "rules_action_success_total", failed = "rules_action_failures_total", "taken by the error action" = "rules_error_action_success_total" } : label =>
    [{ expression = "SUM(SEARCH('{${local.metrics[name].namespace},ActionType,RuleName} MetricName=\"${local.metrics[name].metric}\"', 'Sum', 300))", label = label }]
  }

  graphs = [for graph in [
    { shown = length(var.rule_names) > 0, title = "Messages on their way to the archive", metrics = concat([local.drawn.taken], [for key in keys(local.stream) : local.drawn.streamed], [for key in keys(local.stream) : local.drawn.delivered]) },
    { shown = length(var.rule_names) > 0, title = "Actions of rules", metrics = values(local.searched) },
    { shown = length(local.iot) > 0, title = "SQL that failed, devices refused", metrics = [local.drawn.sql_failed, [local.metrics.rules_sql_failures_total.namespace, "DevicesRefused", { stat = "Sum", label = "devices refused" }]] },
    { shown = length(local.stream) > 0, title = "Oldest record not delivered yet [s]", metrics = [local.drawn.oldest] },
    { shown = length(local.function) > 0, title = "The fleet's function", metrics = [for metric in ["Invocations", "Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", var.function_name, { stat = "Sum", label = metric }]] },
    { shown = length(local.queues) > 0, title = "Waiting in queues", metrics = [for queue in local.queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { stat = "Maximum", label = queue }]] },
    { shown = length(local.endpoint) > 0, title = "The model's endpoint: requests", metrics = [local.drawn.invocations] },
    { shown = length(local.endpoint) > 0, title = "The model's endpoint: p99 [µs]", metrics = [local.drawn.latency] },
    { shown = length(local.balancer) > 0, title = "Load balancer", metrics = [for metric in ["RequestCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"] : ["AWS/ApplicationELB", metric, "LoadBalancer", try(var.load_balancer.arn_suffix, "none"), { stat = "Sum", label = metric }]] },
    { shown = length(local.restarted) > 0, title = "Tasks that ended by themselves", metrics = [for word, service in local.restarted : [local.counted, "StoppedTasks", "Group", "service:${service}", { stat = "Sum", label = word }]] },
    { shown = length(var.log_group_names) > 0, title = "Errors in logs", metrics = [for word in keys(var.log_group_names) : [local.counted, "Errors-${word}", { stat = "Sum", label = word }]] },
  ] : graph if graph.shown]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "text", x = 0, y = 0, width = 24, height = 2
        properties = { markdown = "# ${var.name}\nMachines and their alarms are in Grafana; here is what AWS runs by itself. Runbooks: ${var.runbooks_url}" }
      }],
      [for alarms in [sort([for key in concat(keys(local.simple), keys(local.asked)) : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-${key}"])] : {
        type       = "alarm", x = 0, y = 2, width = 24, height = 4
        properties = { title = "Alarms", alarms = alarms }
      } if length(alarms) > 0],
      [for place, graph in local.graphs : {
        type       = "metric", x = place % 3 * 8, y = 6 + floor(place / 3) * 6, width = 8, height = 6
        properties = { title = graph.title, view = "timeSeries", region = local.region, period = 300, metrics = graph.metrics }
      }],
    )
  })
}

# --- budget -----------------------------------------------------------------------------------------------------------

resource "aws_budgets_budget" "this" {
  for_each = var.budget == null ? {} : { monthly = var.budget }

  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(each.value.monthly_usd)
  limit_unit   = "USD"

  dynamic "cost_filter" {
    for_each = compact([each.value.tag])

    content {
      name   = "TagKeyValue"
      values = ["user:${cost_filter.value}"]
    }
  }

  # What is spent is told at four fifths, what is to be expected once it is more than all.
  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.key
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = each.value.mails
      subscriber_sns_topic_arns  = [aws_sns_topic.alarms.arn]
    }
  }

  depends_on = [aws_sns_topic_policy.alarms]
}
