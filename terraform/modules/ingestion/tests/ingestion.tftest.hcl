# Each rule of the catalog with its own role, and each action that the module knows.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name                = "smart-factory-plant1"
  plant               = "plant1"
  catalog_directory   = "../../../rules/catalog"
  archive_stream_name = "smart-factory-plant1-archive"
  lake_bucket_name    = "smart-factory-plant1-lake-111122223333"
  lake_key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/of-lake"
  alerts_key_arn      = "arn:aws:kms:eu-central-1:111122223333:key/of-alerts"
}

run "each_file_of_the_catalog_is_a_rule_with_a_role_of_its_own" {
  command = plan

  assert {
    condition     = toset([for file in fileset(var.catalog_directory, "*.json") : trimsuffix(file, ".json")]) == toset(keys(aws_iot_topic_rule.catalog)) && length(aws_iot_topic_rule.catalog) == length(fileset(var.catalog_directory, "*.json"))
    error_message = "There must be as many rules as files."
  }

  assert {
    condition     = { for rule, role in aws_iam_role.rule : rule => role.name } == { for rule in keys(aws_iot_topic_rule.catalog) : rule => "smart-factory-plant1-rule-${rule}" }
    error_message = "Each rule must have a role of its own, named as the catalog names it."
  }

  assert {
    condition = alltrue([for rule, role in aws_iam_role.rule : jsondecode(role.assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole"
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:iot:eu-central-1:111122223333:rule/${rule}" }, StringEquals = { "aws:SourceAccount" = "111122223333" } }
      Effect    = "Allow"
      Principal = { Service = "iot.amazonaws.com" }
    }]])
    error_message = "Only the rule itself, of this account, may take its role on."
  }

  assert {
    condition     = alltrue([for rule in aws_iot_topic_rule.catalog : rule.enabled && rule.sql_version == "2016-03-23" && length(rule.error_action) == 1 && !strcontains(rule.sql, "{{")])
    error_message = "Each rule must be on, have an error action, and no placeholder left."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.rule["archive"].policy).Statement == [
      {
        Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
        Effect   = "Allow"
        Resource = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/smart-factory-plant1-archive"
      },
      {
        Action   = ["s3:PutObject"]
        Effect   = "Allow"
        Resource = "arn:aws:s3:::smart-factory-plant1-lake-111122223333/errors/archive/plant=*/dt=*/hour=*/*.json"
      },
      {
        Action    = ["kms:GenerateDataKey"]
        Condition = { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }
        Effect    = "Allow"
        Resource  = var.lake_key_arn
      },
    ]
    error_message = "The archive's role may hand on to its stream and lay down its own errors, through S3's use of the key."
  }

  assert {
    condition     = jsonencode([for statement in jsondecode(aws_iam_role_policy.rule["critical_temperature"].policy).Statement : [statement.Condition.StringEquals["kms:ViaService"], statement.Action] if statement.Resource == var.alerts_key_arn]) == jsonencode([["sns.eu-central-1.amazonaws.com", ["kms:GenerateDataKey", "kms:Decrypt"]]])
    error_message = "The alert's role may use the topic's key through SNS alone, for a data key and to read it."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.rule : alltrue([for statement in jsondecode(policy.policy).Statement : alltrue([for value in concat(flatten([statement.Action]), flatten([statement.Resource])) : value != "*"]) && alltrue([for action in flatten([statement.Action]) : !strcontains(action, "*")])])])
    error_message = "No role of the factory's own rules may have an open action or resource."
  }

  assert {
    condition     = aws_sns_topic.alerts.name == "smart-factory-plant1-alerts" && aws_sns_topic.alerts.kms_master_key_id == var.alerts_key_arn && length(aws_sns_topic_subscription.alerts) == 0
    error_message = "The topic of critical values must be encrypted, and mail nobody unless asked to."
  }

  assert {
    condition     = length(aws_iot_policy.basic_ingest) + length(aws_iot_policy_attachment.basic_ingest) == 0 && length(output.basic_ingest_topics) == 0
    error_message = "Basic Ingest passes by the rule that alarms, so it must be off unless asked for."
  }

  assert {
    condition     = jsonencode(output.rule_actions) == jsonencode({ archive = ["firehose", "s3"], critical_temperature = ["sns", "s3"], fleet_vehicles = ["lambda", "s3"], malformed_telemetry = ["s3"] })
    error_message = "Who watches the rules must be told their actions."
  }
}

run "what_differs_between_plants_is_filled_in" {
  command = plan

  variables {
    critical_temperature_c = 91.5
    engine_temp_judged_c   = 100
    fleet_function_arn     = "arn:aws:lambda:eu-central-1:111122223333:function:another"
    alert_mails            = ["shift@example.com"]
  }

  assert {
    condition     = strcontains(output.rules["critical_temperature"], "temp > 91.5 AND") && strcontains(output.rules["fleet_vehicles"], "engine_temp_c > 100 AND")
    error_message = "Limits must be those asked for."
  }

  assert {
    condition     = one(aws_iot_topic_rule.catalog["fleet_vehicles"].lambda).function_arn == "arn:aws:lambda:eu-central-1:111122223333:function:another"
    error_message = "The function must be the one asked for."
  }

  assert {
    condition     = aws_sns_topic_subscription.alerts["shift@example.com"].protocol == "email"
    error_message = "Who is named must be asked whether he wants the mails."
  }
}

run "each_action_that_is_known_can_be_made_also_as_an_error_action" {
  command = plan

  variables {
    catalog_directory = "tests/catalogs/every_action"
  }

  assert {
    condition     = toset(flatten([for kinds in values(output.rule_actions) : kinds])) == toset(["cloudwatchAlarm", "cloudwatchLogs", "cloudwatchMetric", "dynamoDB", "dynamoDBv2", "firehose", "http", "kinesis", "lambda", "republish", "s3", "sns", "sqs", "stepFunctions", "timestream"])
    error_message = "The fixture must have an action of each kind."
  }

  assert {
    condition     = length(aws_iot_topic_rule.catalog["does_several"].s3) == 2 && length(aws_iot_topic_rule.catalog["does_several"].sqs) == 1 && !aws_iot_topic_rule.catalog["does_several"].enabled && aws_iot_topic_rule.catalog["does_several"].sql_version == "2015-10-08"
    error_message = "A rule may do several things, be off, and gets AWS's oldest language where it names none."
  }

  assert {
    condition     = length(aws_iot_topic_rule.catalog["does_several"].error_action) == 0 && alltrue([for rule, made in aws_iot_topic_rule.catalog : length(made.error_action) == 1 if rule != "does_several"])
    error_message = "An error action must be there where one is written, and nowhere else."
  }

  assert {
    condition     = one(aws_iot_topic_rule.catalog["does_http"].http).http_header == tolist([{ key = "X-Device", value = "$${topic(4)}" }]) && length(one(aws_iot_topic_rule.catalog["does_timestream"].timestream).dimension) == 2
    error_message = "What an action holds within must be made, too."
  }

  assert {
    condition     = !contains(keys(aws_iam_role.rule), "does_lambda") && !contains(keys(aws_iam_role.rule), "does_http")
    error_message = "A rule that calls nothing by a role must have none."
  }
}

run "an_action_that_is_not_known_fails_the_plan" {
  command = plan

  variables {
    catalog_directory = "tests/catalogs/refused/unknown_action"
  }

  expect_failures = [aws_iot_topic_rule.catalog]
}

run "so_does_one_among_error_actions" {
  command = plan

  variables {
    catalog_directory = "tests/catalogs/refused/unknown_error_action"
  }

  expect_failures = [aws_iot_topic_rule.catalog]
}

run "so_does_a_parameter_that_would_be_lost" {
  command = plan

  variables {
    catalog_directory = "tests/catalogs/refused/unknown_parameter"
  }

  expect_failures = [aws_iot_topic_rule.catalog]
}

run "a_look_up_needs_rights_that_somebody_names" {
  command = plan

  variables {
    catalog_directory = "tests/catalogs/refused/look_up"
  }

  expect_failures = [aws_iot_topic_rule.catalog]
}

run "named_they_are_given" {
  command = plan

  variables {
    catalog_directory = "tests/catalogs/refused/look_up"
    look_up_rights    = { look_up = [{ actions = ["secretsmanager:GetSecretValue"], resources = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:key-??????"] }] }
  }

  assert {
    condition     = jsonencode([for statement in jsondecode(aws_iam_role_policy.rule["look_up"].policy).Statement : [statement.Action, statement.Resource]]) == jsonencode([[["s3:PutObject"], "arn:aws:s3:::${var.lake_bucket_name}/k"], [["secretsmanager:GetSecretValue"], var.look_up_rights["look_up"][0].resources], [["kms:GenerateDataKey"], var.lake_key_arn]])
    error_message = "The role must get what is named, and nothing else."
  }
}

run "basic_ingest_is_for_ones_own_topic_behind_each_rule" {
  command = plan

  # Without the attachment: a provider that takes its `policy`, which is a name, for JSON refuses it.
  plan_options {
    target = [aws_iot_policy.basic_ingest]
  }

  variables {
    basic_ingest    = true
    thing_group_arn = "arn:aws:iot:eu-central-1:111122223333:thinggroup/smart-factory-plant1"
  }

  assert {
    condition = jsondecode(aws_iot_policy.basic_ingest[0].policy).Statement == [{
      Action    = "iot:Publish"
      Condition = { Bool = { "iot:Connection.Thing.IsAttached" = "true" } }
      Effect    = "Allow"
      Resource = [for rule in ["archive", "critical_temperature", "fleet_vehicles", "malformed_telemetry"] :
        "arn:aws:iot:eu-central-1:111122223333:topic/$aws/rules/${rule}/factory/plant1/$${iot:Connection.Thing.Attributes[line]}/$${iot:Connection.Thing.ThingName}/telemetry"
      ]
    }]
    error_message = "A machine may name a rule, but behind it no other machine's topic."
  }

  assert {
    condition     = output.basic_ingest_topics["archive"] == "$aws/rules/archive/"
    error_message = "Who publishes must be told where."
  }
}

# AWS IoT takes 2048 characters of a policy (AWS IoT Core endpoints and quotas); sixteen rules with their topics are more.
run "a_policy_that_aws_iot_would_not_take_is_refused" {
  command = plan

  plan_options {
    target = [aws_iot_policy.basic_ingest]
  }

  variables {
    catalog_directory = "tests/catalogs/every_action"
    basic_ingest      = true
    thing_group_arn   = "arn:aws:iot:eu-central-1:111122223333:thinggroup/smart-factory-plant1"
  }

  expect_failures = [aws_iot_policy.basic_ingest]
}

run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    name                     = "plant1"
    plant                    = "Plant 1"
    catalog_directory        = "tests/catalogs"
    archive_stream_name      = "an archive"
    lake_bucket_name         = "Lake"
    lake_key_arn             = "alias/lake"
    alerts_key_arn           = "alias/alerts"
    alert_mails              = ["shift"]
    fleet_function_arn       = "fleet"
    critical_temperature_c   = 501
    engine_temp_judged_c     = 96.25
    look_up_rights           = { any = [{ actions = ["s3:*"], resources = ["*"] }] }
    basic_ingest             = true
  }

  expect_failures = [
    var.permissions_boundary_arn, var.name, var.plant, var.catalog_directory, var.archive_stream_name, var.lake_bucket_name, var.lake_key_arn,
    var.alerts_key_arn, var.alert_mails, var.fleet_function_arn, var.critical_temperature_c, var.engine_temp_judged_c,
    var.look_up_rights, var.thing_group_arn,
  ]
}
