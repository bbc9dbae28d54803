# What a machine may do, and that AWS IoT tells what went wrong.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name         = "smart-factory-plant1"
  plant        = "plant1"
  logs_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-logs"

  identities_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-identities"
}

run "a_machine_connects_as_itself_and_speaks_on_its_own_topics_alone" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(output.machine_policy_json).Statement : statement.Effect == "Allow" && statement.Condition == { Bool = { "iot:Connection.Thing.IsAttached" = "true" } }
    ])
    error_message = "Each right must need a certificate that is attached to the thing."
  }

  assert {
    condition = toset(flatten([for statement in jsondecode(output.machine_policy_json).Statement : [for resource in flatten([statement.Resource]) : "${statement.Action} ${resource}"]])) == toset([
      "iot:Connect arn:aws:iot:eu-central-1:111122223333:client/$${iot:Connection.Thing.ThingName}",
      "iot:Publish arn:aws:iot:eu-central-1:111122223333:topic/factory/plant1/$${iot:Connection.Thing.Attributes[line]}/$${iot:Connection.Thing.ThingName}/telemetry",
      "iot:Publish arn:aws:iot:eu-central-1:111122223333:topic/factory/plant1/$${iot:Connection.Thing.Attributes[line]}/$${iot:Connection.Thing.ThingName}/event",
      "iot:Receive arn:aws:iot:eu-central-1:111122223333:topic/factory/plant1/$${iot:Connection.Thing.Attributes[line]}/$${iot:Connection.Thing.ThingName}/command",
      "iot:Subscribe arn:aws:iot:eu-central-1:111122223333:topicfilter/factory/plant1/$${iot:Connection.Thing.Attributes[line]}/$${iot:Connection.Thing.ThingName}/command",
    ])
    error_message = "A machine's rights must be these five and no others."
  }

  assert {
    condition     = aws_iot_thing_type.machine.name == "smart-factory-machine" && aws_iot_thing_group.plant.name == "smart-factory-plant1" && aws_iot_policy.machine.name == "smart-factory-plant1-machine"
    error_message = "Names must be those of contracts/resources.py, by which factory provision finds them."
  }

  assert {
    condition     = output.iot_data_endpoint == "a1b2c3-ats.iot.eu-central-1.amazonaws.com" && data.aws_iot_endpoint.data.endpoint_type == "iot:Data-ATS"
    error_message = "Machines must be told the endpoint with a certificate of Amazon Trust Services."
  }

  # Leases are encrypted, kept and never forgotten.
  assert {
    condition     = aws_dynamodb_table.leases.name == "smart-factory-plant1-leases" && aws_dynamodb_table.leases.hash_key == "shard" && aws_dynamodb_table.leases.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table must be that of factory provision."
  }

  assert {
    condition     = aws_dynamodb_table.leases.server_side_encryption[0].enabled && aws_dynamodb_table.leases.server_side_encryption[0].kms_key_arn == var.identities_key_arn && aws_dynamodb_table.leases.point_in_time_recovery[0].enabled && aws_dynamodb_table.leases.deletion_protection_enabled
    error_message = "The table must have its key, its past and its protection."
  }

  assert {
    condition     = length([for each in aws_dynamodb_table.leases.ttl : each if each.enabled == true]) == 0
    error_message = "No lease may expire: its run must only grow."
  }
}

run "rule_executions_are_logged_encrypted_and_for_a_time" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.iot.name == "AWSIotLogsV2" && aws_cloudwatch_log_group.iot.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.iot.retention_in_days == 30
    error_message = "The group that AWS IoT writes to must be encrypted and forget."
  }

  assert {
    condition     = aws_iot_logging_options.this.default_log_level == "ERROR" && aws_iot_logging_options.this.disable_all_logs == false
    error_message = "Failed rule executions must be logged."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.logging.policy).Statement == [{
      Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Effect   = "Allow"
      Resource = ["arn:aws:logs:eu-central-1:111122223333:log-group:AWSIotLogsV2", "arn:aws:logs:eu-central-1:111122223333:log-group:AWSIotLogsV2:*"]
    }]
    error_message = "AWS IoT may write into its own group and nowhere else."
  }

  assert {
    condition = alltrue([for trust in [aws_iam_role.logging.assume_role_policy, aws_iam_role.audit.assume_role_policy] : jsondecode(trust).Statement == [{
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
      Effect    = "Allow"
      Principal = { Service = "iot.amazonaws.com" }
    }]])
    error_message = "Only AWS IoT of this very account may take the roles on."
  }
}

run "the_audit_looks_weekly_at_certificates_and_policies" {
  command = plan

  variables {
    certificate_age_days = 300
    audit_topic = {
      arn     = "arn:aws:sns:eu-central-1:111122223333:smart-factory-plant1-alarms"
      key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-logs"
    }
  }

  assert {
    condition     = alltrue([for check in jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Checks.Properties.AuditCheckConfigurations : check.Enabled])
    error_message = "Each check that is named must be on."
  }

  assert {
    condition     = jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Checks.Properties.AuditCheckConfigurations.DeviceCertificateAgeCheck.Configuration.CertAgeThresholdInDays == "300"
    error_message = "The age from which a certificate is reported must be the one asked for; CloudFormation wants it as text."
  }

  assert {
    condition     = length(jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Weekly.Properties.TargetCheckNames) == length(jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Checks.Properties.AuditCheckConfigurations)
    error_message = "The weekly audit must run each check that is on."
  }

  assert {
    condition     = jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Weekly.DependsOn == "Checks"
    error_message = "A check that an audit uses cannot be switched off, so the audit must go first and come last."
  }

  assert {
    condition     = jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Checks.Properties.AuditNotificationTargetConfigurations.Sns.TargetArn == var.audit_topic.arn && jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Checks.Properties.AuditNotificationTargetConfigurations.Sns.Enabled
    error_message = "What is found must be told to the topic."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.audit_topic[0].policy).Statement == [
      { Effect = "Allow", Action = "sns:Publish", Resource = var.audit_topic.arn },
      {
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = var.audit_topic.key_arn
        Condition = { StringEquals = { "kms:ViaService" = "sns.eu-central-1.amazonaws.com" } }
      },
    ]
    error_message = "The audit may publish to the topic alone, and use its key through SNS alone."
  }
}

run "nobody_is_told_where_no_topic_is_named" {
  command = plan

  assert {
    condition     = length(aws_iam_role.audit_topic) == 0 && !can(jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Checks.Properties.AuditNotificationTargetConfigurations)
    error_message = "Without a topic there must be neither a role nor a target."
  }
}

run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    name                     = "factory"
    plant                    = "plant 1"
    logs_key_arn             = "alias/logs"
    identities_key_arn       = "alias/identities"
    log_retention_days       = 31
    log_level                = "DISABLED"
    certificate_age_days     = 20
    audit_day                = "Monday"
    audit_topic              = { arn = "alarms", key_arn = "logs" }
  }

  expect_failures = [
    var.permissions_boundary_arn, var.name, var.plant, var.logs_key_arn, var.identities_key_arn, var.log_retention_days, var.log_level, var.certificate_age_days, var.audit_day,
    var.audit_topic,
  ]
}

run "the_ends_of_what_is_right_are_taken" {
  command = plan

  variables {
    name                 = "smart-factory-plant-2-abcdefghij"
    plant                = "plant-2-abcdefghij"
    log_retention_days   = 3653
    log_level            = "DEBUG"
    certificate_age_days = 3650
    audit_day            = "SAT"
  }

  assert {
    condition     = aws_cloudwatch_log_group.iot.retention_in_days == 3653 && jsondecode(aws_cloudformation_stack.audit.template_body).Resources.Weekly.Properties.DayOfWeek == "SAT"
    error_message = "What is asked for must be what is planned."
  }
}
