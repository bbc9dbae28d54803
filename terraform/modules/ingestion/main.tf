# The catalog of rules, on AWS IoT's own engine: a rule a file, a role a rule, and the topic of critical values.
#
# What a file may hold is what both this repository's engine runs and the provider can make; anything else fails the
# plan with a sentence. Nothing of a file is left out in silence.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.region
  partition = data.aws_partition.current.partition

  # ARNs are put together from names, so that policies are known when planning.
  alerts_topic       = "${var.name}-alerts"
  alerts_topic_arn   = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.alerts_topic}"
  fleet_function_arn = coalesce(var.fleet_function_arn, "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}-fleet")
  role_prefix        = "arn:${local.partition}:iam::${local.account}:role/${var.name}-rule-"

  # --- from files to rules: placeholders as in rules/placeholders.py ---

  files = { for file in fileset(var.catalog_directory, "*.json") : file => file("${var.catalog_directory}/${file}") }
  texts = {
    for file, text in local.files : file =>
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(text,
      "/\\{\\{\\s*plant\\s*\\}\\}/", var.plant),
      "/\\{\\{\\s*account\\s*\\}\\}/", local.account),
      "/\\{\\{\\s*region\\s*\\}\\}/", local.region),
      "/\\{\\{\\s*lake_bucket\\s*\\}\\}/", var.lake_bucket_name),
      "/\\{\\{\\s*archive_stream\\s*\\}\\}/", var.archive_stream_name),
      "/\\{\\{\\s*alerts_topic_arn\\s*\\}\\}/", local.alerts_topic_arn),
      "/\\{\\{\\s*fleet_function_arn\\s*\\}\\}/", local.fleet_function_arn),
      "/\\{\\{\\s*critical_temperature_c\\s*\\}\\}/", tostring(var.critical_temperature_c)),
      "/\\{\\{\\s*engine_temp_judged_c\\s*\\}\\}/", tostring(var.engine_temp_judged_c)),
      "/\\{\\{\\s*role_arn:([A-Za-z0-9_-]+)\\s*\\}\\}/", "${local.role_prefix}$1",
    )
  }
  catalog = { for file, text in local.texts : jsondecode(text).ruleName => merge(jsondecode(text).topicRulePayload, { file = file }) }

  # --- actions by kind; the keys are all that the provider can make of an action ---

  known = {
    cloudwatchAlarm  = ["roleArn", "alarmName", "stateReason", "stateValue"]
    cloudwatchLogs   = ["roleArn", "logGroupName", "batchMode"]
    cloudwatchMetric = ["roleArn", "metricName", "metricNamespace", "metricUnit", "metricValue", "metricTimestamp"]
    dynamoDB         = ["roleArn", "tableName", "hashKeyField", "hashKeyValue", "hashKeyType", "rangeKeyField", "rangeKeyValue", "rangeKeyType", "payloadField", "operation"]
    dynamoDBv2       = ["roleArn", "putItem"]
    firehose         = ["roleArn", "deliveryStreamName", "separator", "batchMode"]
    http             = ["url", "confirmationUrl", "headers"]
    kinesis          = ["roleArn", "streamName", "partitionKey"]
    lambda           = ["functionArn"]
    republish        = ["roleArn", "topic", "qos"]
    s3               = ["roleArn", "bucketName", "key", "cannedAcl"]
    sns              = ["roleArn", "targetArn", "messageFormat"]
    sqs              = ["roleArn", "queueUrl", "useBase64"]
    stepFunctions    = ["roleArn", "stateMachineName", "executionNamePrefix"]
    timestream       = ["roleArn", "databaseName", "tableName", "dimensions", "timestamp"]
  }

  actions       = { for rule, payload in local.catalog : rule => { for kind in keys(local.known) : kind => [for action in payload.actions : action[kind] if can(action[kind])] } }
  error_actions = { for rule, payload in local.catalog : rule => { for kind in keys(local.known) : kind => try([payload.errorAction[kind]], []) } }

  # Each action of a rule with its kind, the error action last.
  all_actions = { for rule, payload in local.catalog : rule => flatten([
    for action in concat(payload.actions, try([payload.errorAction], [])) : [for kind, parameters in action : { kind = kind, parameters = parameters }]
  ]) }

  # --- what stands in the way of a rule, in sentences ---

  look_ups = "(?i)\\b(aws_lambda|get_dynamodb|get_registry_data|get_secret|get_thing_shadow|machinelearning_predict)\\s*\\(|'proto'"

  problems = { for rule, payload in local.catalog : rule => flatten([
    [for placeholder in distinct(regexall("\\{\\{\\s*[a-z_]+(?::[A-Za-z0-9_-]+)?\\s*\\}\\}", local.texts[payload.file])) :
    "${payload.file}: the placeholder ${placeholder} is not known (docs/rules.md lists them)."],
    [for key in keys(payload) :
    "${payload.file}: topicRulePayload has the key ${key}, which AWS does not know." if !contains(["sql", "awsIotSqlVersion", "description", "actions", "errorAction", "ruleDisabled", "file"], key)],
    [for action in local.all_actions[rule] :
    "${payload.file}: this module makes no action ${action.kind}; it makes ${join(", ", keys(local.known))}." if !contains(keys(local.known), action.kind)],
    [for action in local.all_actions[rule] : [for key in keys(action.parameters) :
      "${payload.file}: of the action ${action.kind} the provider cannot make ${key}; it makes ${join(", ", lookup(local.known, action.kind, []))}." if !contains(lookup(local.known, action.kind, [key]), key)
    ]],
    [for action in local.all_actions[rule] :
    "${payload.file}: the action ${action.kind} takes on ${action.parameters.roleArn}; write {{role_arn:${rule}}}, the rule's own." if try(action.parameters.roleArn, "${local.role_prefix}${rule}") != "${local.role_prefix}${rule}"],
    [for name in ["${var.name}-rule-${rule}"] :
    "${payload.file}: the role ${name} would have ${length(name)} characters; IAM takes 64, so choose a shorter ruleName." if length(name) > 64],
    [for text in [jsonencode(payload)] :
    "${payload.file}: the rule looks something up; say in look_up_rights[\"${rule}\"] what its role may do (docs/rules.md, \"Look-ups\")." if length(regexall(local.look_ups, text)) > 0 && !can(var.look_up_rights[rule])],
    [for right in local.rights[rule] :
    "${payload.file}: of a template in ${right.resource} nobody can tell where it ends; write it with fewer braces." if length(regexall("[$][{]", right.resource)) > 0],
  ]) }

  # --- what the role of a rule may do: as rules/rights.py derives it, which a test compares ---

  # What a message fills in stands as * in an ARN: a template, with texts in quotes, which may hold braces themselves.
  template = "/\\$\\{(?:[^'\"{}]|'[^']*'|\"[^\"]*\")*\\}/"
  open = { for rule, actions in local.all_actions : rule => [for action in actions : {
    kind = action.kind
    told = { for key, value in merge(action.parameters, try({ tableName = action.parameters.putItem.tableName }, {})) : key => try(replace(value, local.template, "*"), "") }
  }] }

  # The parameters that a resource is named by, on each kind empty where it has them not.
  named = { for rule, actions in local.open : rule => [for action in actions : merge({ for key in distinct(flatten(values(local.known))) : key => "" }, { tableName = "" }, action.told, { kind = action.kind })] }

  rights = { for rule, actions in local.named : rule => distinct(flatten([for action in actions : lookup({
    cloudwatchAlarm = [{ actions = ["cloudwatch:SetAlarmState"], resource = "${local.arn.cloudwatch}:alarm:${action.alarmName}" }]
    cloudwatchLogs = [for resource in ["", ":log-stream:*"] :
      { actions = ["logs:PutLogEvents", "logs:CreateLogStream"], resource = "${local.arn.logs}:log-group:${action.logGroupName}${resource}" }
    ]
    # PutMetricData knows no resources: the resource "*" is the only one that allows it.
    cloudwatchMetric = [{ actions = ["cloudwatch:PutMetricData"], resource = "*" }]
    dynamoDB         = [{ actions = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"], resource = "${local.arn.dynamodb}:table/${action.tableName}" }]
    dynamoDBv2       = [{ actions = ["dynamodb:PutItem"], resource = "${local.arn.dynamodb}:table/${action.tableName}" }]
    firehose         = [{ actions = ["firehose:PutRecord", "firehose:PutRecordBatch"], resource = "${local.arn.firehose}:deliverystream/${action.deliveryStreamName}" }]
    kinesis          = [{ actions = ["kinesis:PutRecord"], resource = "${local.arn.kinesis}:stream/${action.streamName}" }]
    # `$$` stands for the dollar of a reserved topic, which would begin a template.
    republish = [{ actions = ["iot:Publish"], resource = "${local.arn.iot}:topic/${replace(action.topic, "/^\\$\\$/", "$")}" }]
    s3 = [{
      actions  = concat(["s3:PutObject"], action.cannedAcl == "" ? [] : ["s3:PutObjectAcl"])
      resource = "arn:${local.partition}:s3:::${action.bucketName}/${action.key}"
    }]
    sns           = [{ actions = ["sns:Publish"], resource = action.targetArn }]
    sqs           = [for queue in regexall("^https?://(?:sqs\\.([a-z0-9-]+)\\.)?[^/]*/(?:.*/)?([^/]+)/([^/]+?)/?$", action.queueUrl) : { actions = ["sqs:SendMessage"], resource = "arn:${local.partition}:sqs:${coalesce(queue[0], local.region)}:${queue[1]}:${queue[2]}" }]
    stepFunctions = [{ actions = ["states:StartExecution"], resource = "${local.arn.states}:stateMachine:${action.stateMachineName}" }]
    timestream = [
      { actions = ["timestream:WriteRecords"], resource = "${local.arn.timestream}:database/${action.databaseName}/table/${action.tableName}" },
      # Nor does DescribeEndpoints: the resource "*" again.
      { actions = ["timestream:DescribeEndpoints"], resource = "*" },
    ]
  }, action.kind, [])])) }

  arn = { for service in ["cloudwatch", "dynamodb", "firehose", "iot", "kinesis", "logs", "states", "timestream"] : service => "arn:${local.partition}:${service}:${local.region}:${local.account}" }

  # Keys that the services use on behalf of the role: through them alone, and for nothing but a write.
  key_rights = { for rule, actions in local.named : rule => concat(
    [for service in ["s3"] : { service = service, key = var.lake_key_arn, actions = ["kms:GenerateDataKey"] } if anytrue([for action in actions : action.kind == service && action.bucketName == var.lake_bucket_name])],
    # SNS decrypts its data key with the publisher's rights (SNS developer guide, "Key management").
    [for service in ["sns"] : { service = service, key = var.alerts_key_arn, actions = ["kms:GenerateDataKey", "kms:Decrypt"] } if anytrue([for action in actions : action.kind == service && action.targetArn == local.alerts_topic_arn])],
  ) }

  statements = { for rule in keys(local.catalog) : rule => concat(
    [for right in local.rights[rule] : { Effect = "Allow", Action = right.actions, Resource = right.resource }],
    [for right in lookup(var.look_up_rights, rule, []) : { Effect = "Allow", Action = right.actions, Resource = right.resources }],
    [for right in local.key_rights[rule] : {
      Effect    = "Allow"
      Action    = right.actions
      Resource  = right.key
      Condition = { StringEquals = { "kms:ViaService" = "${right.service}.${local.region}.amazonaws.com" } }
    }],
  ) }
}

# --- roles ----------------------------------------------------------------------------------------------------------

# A rule that only calls a function needs no role: the function's own policy lets it in.
resource "aws_iam_role" "rule" {
  for_each = { for rule, statements in local.statements : rule => rule if length(statements) > 0 }

  name                 = "${var.name}-rule-${each.key}"
  description          = "What the rule ${each.key} does"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "iot.amazonaws.com" }
      # Without it another account's rule could take the role on in our name (the confused deputy).
      Condition = { StringEquals = { "aws:SourceAccount" = local.account }, ArnEquals = { "aws:SourceArn" = "${local.arn.iot}:rule/${each.key}" } }
    }]
  })
}

resource "aws_iam_role_policy" "rule" {
  for_each = aws_iam_role.rule

  name   = "rights"
  role   = each.value.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements[each.key] })
}

# --- critical values ------------------------------------------------------------------------------------------------

resource "aws_sns_topic" "alerts" {
  name              = local.alerts_topic
  kms_master_key_id = var.alerts_key_arn
}

resource "aws_sns_topic_subscription" "alerts" {
  for_each = var.alert_mails

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.key
}

# --- Basic Ingest ---------------------------------------------------------------------------------------------------

locals {
  # Each rule by its whole topic: a * for the rule would also stand for another machine's topic behind it.
  direct_topics = [for rule, payload in local.catalog :
    "$aws/rules/${rule}/factory/${var.plant}/$${iot:Connection.Thing.Attributes[line]}/$${iot:Connection.Thing.ThingName}/telemetry" if !try(payload.ruleDisabled, false)
  ]
  direct_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "iot:Publish"
      Resource  = [for topic in local.direct_topics : "${local.arn.iot}:topic/${topic}"]
      Condition = { Bool = { "iot:Connection.Thing.IsAttached" = "true" } }
    }]
  })
}

resource "aws_iot_policy" "basic_ingest" {
  count = var.basic_ingest ? 1 : 0

  name   = "${var.name}-basic-ingest"
  policy = local.direct_policy

  lifecycle {
    precondition {
      condition     = length(local.direct_policy) <= 2048
      error_message = "With ${length(local.catalog)} rules the policy of Basic Ingest has ${length(local.direct_policy)} characters, and AWS IoT takes 2048: leave rules out, or leave basic_ingest off."
    }
  }
}

resource "aws_iot_policy_attachment" "basic_ingest" {
  count = var.basic_ingest ? 1 : 0

  policy = aws_iot_policy.basic_ingest[0].name
  target = var.thing_group_arn
}

# --- rules ----------------------------------------------------------------------------------------------------------

resource "aws_iot_topic_rule" "catalog" {
  for_each = local.catalog

  name        = each.key
  description = try(each.value.description, null)
  enabled     = !try(each.value.ruleDisabled, false)
  sql         = each.value.sql
  sql_version = try(each.value.awsIotSqlVersion, "2015-10-08")

  dynamic "cloudwatch_alarm" {
    for_each = local.actions[each.key].cloudwatchAlarm

    content {
      alarm_name   = cloudwatch_alarm.value.alarmName
      role_arn     = aws_iam_role.rule[each.key].arn
      state_reason = cloudwatch_alarm.value.stateReason
      state_value  = cloudwatch_alarm.value.stateValue
    }
  }

  dynamic "cloudwatch_logs" {
    for_each = local.actions[each.key].cloudwatchLogs

    content {
      batch_mode     = try(cloudwatch_logs.value.batchMode, false)
      log_group_name = cloudwatch_logs.value.logGroupName
      role_arn       = aws_iam_role.rule[each.key].arn
    }
  }

  dynamic "cloudwatch_metric" {
    for_each = local.actions[each.key].cloudwatchMetric

    content {
      metric_name      = cloudwatch_metric.value.metricName
      metric_namespace = cloudwatch_metric.value.metricNamespace
      metric_timestamp = try(cloudwatch_metric.value.metricTimestamp, null)
      metric_unit      = cloudwatch_metric.value.metricUnit
      metric_value     = cloudwatch_metric.value.metricValue
      role_arn         = aws_iam_role.rule[each.key].arn
    }
  }

  dynamic "dynamodb" {
    for_each = local.actions[each.key].dynamoDB

    content {
      hash_key_field  = dynamodb.value.hashKeyField
      hash_key_type   = try(dynamodb.value.hashKeyType, null)
      hash_key_value  = dynamodb.value.hashKeyValue
      operation       = try(dynamodb.value.operation, null)
      payload_field   = try(dynamodb.value.payloadField, null)
      range_key_field = try(dynamodb.value.rangeKeyField, null)
      range_key_type  = try(dynamodb.value.rangeKeyType, null)
      range_key_value = try(dynamodb.value.rangeKeyValue, null)
      role_arn        = aws_iam_role.rule[each.key].arn
      table_name      = dynamodb.value.tableName
    }
  }

  dynamic "dynamodbv2" {
    for_each = local.actions[each.key].dynamoDBv2

    content {
      role_arn = aws_iam_role.rule[each.key].arn

      put_item {
        table_name = dynamodbv2.value.putItem.tableName
      }
    }
  }

  dynamic "firehose" {
    for_each = local.actions[each.key].firehose

    content {
      batch_mode           = try(firehose.value.batchMode, false)
      delivery_stream_name = firehose.value.deliveryStreamName
      role_arn             = aws_iam_role.rule[each.key].arn
      separator            = try(firehose.value.separator, null)
    }
  }

  dynamic "http" {
    for_each = local.actions[each.key].http

    content {
      confirmation_url = try(http.value.confirmationUrl, null)
      url              = http.value.url

      dynamic "http_header" {
        for_each = try(http.value.headers, [])

        content {
          key   = http_header.value.key
          value = http_header.value.value
        }
      }
    }
  }

  dynamic "kinesis" {
    for_each = local.actions[each.key].kinesis

    content {
      partition_key = try(kinesis.value.partitionKey, null)
      role_arn      = aws_iam_role.rule[each.key].arn
      stream_name   = kinesis.value.streamName
    }
  }

  dynamic "lambda" {
    for_each = local.actions[each.key].lambda

    content {
      function_arn = lambda.value.functionArn
    }
  }

  dynamic "republish" {
    for_each = local.actions[each.key].republish

    content {
      qos      = try(republish.value.qos, null)
      role_arn = aws_iam_role.rule[each.key].arn
      topic    = republish.value.topic
    }
  }

  dynamic "s3" {
    for_each = local.actions[each.key].s3

    content {
      bucket_name = s3.value.bucketName
      canned_acl  = try(s3.value.cannedAcl, null)
      key         = s3.value.key
      role_arn    = aws_iam_role.rule[each.key].arn
    }
  }

  dynamic "sns" {
    for_each = local.actions[each.key].sns

    content {
      message_format = try(sns.value.messageFormat, null)
      role_arn       = aws_iam_role.rule[each.key].arn
      target_arn     = sns.value.targetArn
    }
  }

  dynamic "sqs" {
    for_each = local.actions[each.key].sqs

    content {
      queue_url  = sqs.value.queueUrl
      role_arn   = aws_iam_role.rule[each.key].arn
      use_base64 = try(sqs.value.useBase64, false)
    }
  }

  dynamic "step_functions" {
    for_each = local.actions[each.key].stepFunctions

    content {
      execution_name_prefix = try(step_functions.value.executionNamePrefix, null)
      role_arn              = aws_iam_role.rule[each.key].arn
      state_machine_name    = step_functions.value.stateMachineName
    }
  }

  dynamic "timestream" {
    for_each = local.actions[each.key].timestream

    content {
      database_name = timestream.value.databaseName
      role_arn      = aws_iam_role.rule[each.key].arn
      table_name    = timestream.value.tableName

      dynamic "dimension" {
        for_each = timestream.value.dimensions

        content {
          name  = dimension.value.name
          value = dimension.value.value
        }
      }

      dynamic "timestamp" {
        for_each = try([timestream.value.timestamp], [])

        content {
          unit  = try(timestamp.value.unit, "MILLISECONDS")
          value = timestamp.value.value
        }
      }
    }
  }

  dynamic "error_action" {
    for_each = [for kinds in [local.error_actions[each.key]] : kinds if length(flatten(values(kinds))) > 0]

    content {
      dynamic "cloudwatch_alarm" {
        for_each = error_action.value.cloudwatchAlarm

        content {
          alarm_name   = cloudwatch_alarm.value.alarmName
          role_arn     = aws_iam_role.rule[each.key].arn
          state_reason = cloudwatch_alarm.value.stateReason
          state_value  = cloudwatch_alarm.value.stateValue
        }
      }

      dynamic "cloudwatch_logs" {
        for_each = error_action.value.cloudwatchLogs

        content {
          batch_mode     = try(cloudwatch_logs.value.batchMode, false)
          log_group_name = cloudwatch_logs.value.logGroupName
          role_arn       = aws_iam_role.rule[each.key].arn
        }
      }

      dynamic "cloudwatch_metric" {
        for_each = error_action.value.cloudwatchMetric

        content {
          metric_name      = cloudwatch_metric.value.metricName
          metric_namespace = cloudwatch_metric.value.metricNamespace
          metric_timestamp = try(cloudwatch_metric.value.metricTimestamp, null)
          metric_unit      = cloudwatch_metric.value.metricUnit
          metric_value     = cloudwatch_metric.value.metricValue
          role_arn         = aws_iam_role.rule[each.key].arn
        }
      }

      dynamic "dynamodb" {
        for_each = error_action.value.dynamoDB

        content {
          hash_key_field  = dynamodb.value.hashKeyField
          hash_key_type   = try(dynamodb.value.hashKeyType, null)
          hash_key_value  = dynamodb.value.hashKeyValue
          operation       = try(dynamodb.value.operation, null)
          payload_field   = try(dynamodb.value.payloadField, null)
          range_key_field = try(dynamodb.value.rangeKeyField, null)
          range_key_type  = try(dynamodb.value.rangeKeyType, null)
          range_key_value = try(dynamodb.value.rangeKeyValue, null)
          role_arn        = aws_iam_role.rule[each.key].arn
          table_name      = dynamodb.value.tableName
        }
      }

      dynamic "dynamodbv2" {
        for_each = error_action.value.dynamoDBv2

        content {
          role_arn = aws_iam_role.rule[each.key].arn

          put_item {
            table_name = dynamodbv2.value.putItem.tableName
          }
        }
      }

      dynamic "firehose" {
        for_each = error_action.value.firehose

        content {
          batch_mode           = try(firehose.value.batchMode, false)
          delivery_stream_name = firehose.value.deliveryStreamName
          role_arn             = aws_iam_role.rule[each.key].arn
          separator            = try(firehose.value.separator, null)
        }
      }

      dynamic "http" {
        for_each = error_action.value.http

        content {
          confirmation_url = try(http.value.confirmationUrl, null)
          url              = http.value.url

          dynamic "http_header" {
            for_each = try(http.value.headers, [])

            content {
              key   = http_header.value.key
              value = http_header.value.value
            }
          }
        }
      }

      dynamic "kinesis" {
        for_each = error_action.value.kinesis

        content {
          partition_key = try(kinesis.value.partitionKey, null)
          role_arn      = aws_iam_role.rule[each.key].arn
          stream_name   = kinesis.value.streamName
        }
      }

      dynamic "lambda" {
        for_each = error_action.value.lambda

        content {
          function_arn = lambda.value.functionArn
        }
      }

      dynamic "republish" {
        for_each = error_action.value.republish

        content {
          qos      = try(republish.value.qos, null)
          role_arn = aws_iam_role.rule[each.key].arn
          topic    = republish.value.topic
        }
      }

      dynamic "s3" {
        for_each = error_action.value.s3

        content {
          bucket_name = s3.value.bucketName
          canned_acl  = try(s3.value.cannedAcl, null)
          key         = s3.value.key
          role_arn    = aws_iam_role.rule[each.key].arn
        }
      }

      dynamic "sns" {
        for_each = error_action.value.sns

        content {
          message_format = try(sns.value.messageFormat, null)
          role_arn       = aws_iam_role.rule[each.key].arn
          target_arn     = sns.value.targetArn
        }
      }

      dynamic "sqs" {
        for_each = error_action.value.sqs

        content {
          queue_url  = sqs.value.queueUrl
          role_arn   = aws_iam_role.rule[each.key].arn
          use_base64 = try(sqs.value.useBase64, false)
        }
      }

      dynamic "step_functions" {
        for_each = error_action.value.stepFunctions

        content {
          execution_name_prefix = try(step_functions.value.executionNamePrefix, null)
          role_arn              = aws_iam_role.rule[each.key].arn
          state_machine_name    = step_functions.value.stateMachineName
        }
      }

      dynamic "timestream" {
        for_each = error_action.value.timestream

        content {
          database_name = timestream.value.databaseName
          role_arn      = aws_iam_role.rule[each.key].arn
          table_name    = timestream.value.tableName

          dynamic "dimension" {
            for_each = timestream.value.dimensions

            content {
              name  = dimension.value.name
              value = dimension.value.value
            }
          }

          dynamic "timestamp" {
            for_each = try([timestream.value.timestamp], [])

            content {
              unit  = try(timestamp.value.unit, "MILLISECONDS")
              value = timestamp.value.value
            }
          }
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.problems[each.key]) == 0
      error_message = join(" ", local.problems[each.key])
    }
  }

  # The rights first: a rule runs from the moment it is there.
  depends_on = [aws_iam_role_policy.rule]
}
