# The pipeline: what is encrypted, who may do what, and what starts the function. No account is asked.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name              = "smart-factory-plant1"
  fleet_bucket_name = "smart-factory-plant1-fleet-111122223333"
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-fleet"
  logs_key_arn      = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-logs"
  function_zip      = "tests/pipeline.tftest.hcl" # whatever its bytes are: nothing runs here
  administrators    = ["chief@fleet.example", "boss@fleet.example"]
}

run "what_is_stored_is_encrypted_restored_and_sent_by_tls_alone" {
  command = plan

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : one(table.server_side_encryption).enabled && one(table.server_side_encryption).kms_key_arn == var.key_arn])
    error_message = "A table is not encrypted under key_arn."
  }

  assert {
    condition     = aws_sqs_queue.retries.kms_master_key_id == var.key_arn && aws_sqs_queue.dead_letters.kms_master_key_id == var.key_arn
    error_message = "A queue is not encrypted under key_arn."
  }

  assert {
    condition     = aws_sns_topic.alerts.kms_master_key_id == var.key_arn
    error_message = "The topic is not encrypted under key_arn."
  }

  assert {
    condition     = aws_cloudwatch_log_group.function.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.function.retention_in_days == 30
    error_message = "The function's log has no key or no end."
  }

  assert {
    condition     = length(aws_dynamodb_table.this) == 3 && alltrue([for table in aws_dynamodb_table.this : one(table.point_in_time_recovery).enabled])
    error_message = "A table has no point-in-time recovery."
  }

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled])
    error_message = "A table can be deleted by mistake."
  }

  assert {
    condition     = [for key, table in aws_dynamodb_table.this : key if length(table.ttl) > 0] == ["alerts"] && one(aws_dynamodb_table.this["alerts"].ttl).attribute_name == "expires_at" && one(aws_dynamodb_table.this["alerts"].ttl).enabled
    error_message = "Notes of alerts must go by themselves, and nothing else."
  }

  assert {
    condition     = alltrue([for policy in concat([aws_sns_topic_policy.alerts.policy], [for queue in aws_sqs_queue_policy.this : queue.policy]) : jsondecode(policy).Statement[0].Effect == "Deny" && jsondecode(policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"])
    error_message = "The topic or a queue takes messages without TLS."
  }

  assert {
    condition = { for queue, policy in aws_sqs_queue_policy.this : queue => jsondecode(policy.policy).Statement[0].Resource } == {
      retries      = "arn:aws:sqs:eu-central-1:111122223333:smart-factory-plant1-fleet-retries"
      dead_letters = "arn:aws:sqs:eu-central-1:111122223333:smart-factory-plant1-fleet-dead-letters"
    }
    error_message = "A queue has no policy, or one that speaks of another queue."
  }
}

run "what_starts_the_function_cannot_be_written_by_it_and_is_never_lost" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_notification.inbox.lambda_function).filter_prefix == "inbox/" && one(aws_s3_bucket_notification.inbox.lambda_function).events == toset(["s3:ObjectCreated:*"])
    error_message = "The notification must be of created objects under inbox/ alone."
  }

  assert {
    condition     = toset([for permission in aws_lambda_permission.this : permission.source_arn]) == toset(["arn:aws:s3:::smart-factory-plant1-fleet-111122223333", "arn:aws:iot:eu-central-1:111122223333:rule/fleet_vehicles"])
    error_message = "The bucket and the rule, and nobody else, may call the function."
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.this : permission.source_account == "111122223333"])
    error_message = "A caller of another account could have a bucket of that name."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : alltrue([for text in concat(statement.Action, statement.Resource) : text != "*" && !endswith(text, ":*") || endswith(text, "log-group:/aws/lambda/smart-factory-plant1-fleet:*")])])
    error_message = "An action or a resource of the function's role is open."
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : statement.Action if anytrue([for arn in statement.Resource : startswith(arn, "arn:aws:s3:")])])) == toset(["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"])
    error_message = "The function must be able to read the inbox, and to write nothing: it would call itself."
  }

  assert {
    condition     = jsondecode(aws_iam_role.function.assume_role_policy).Statement == [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
    error_message = "Lambda, and nobody else, takes on the function's role."
  }

  assert {
    condition     = one(aws_lambda_function.this.dead_letter_config).target_arn == "arn:aws:sqs:eu-central-1:111122223333:smart-factory-plant1-fleet-dead-letters"
    error_message = "An event whose function failed three times would be lost."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.retries.redrive_policy).maxReceiveCount == 1000
    error_message = "A reading whose verdict is missing must be tried a thousand times before it is a dead letter."
  }

  assert {
    condition     = aws_sqs_queue.retries.message_retention_seconds == 1209600 && aws_sqs_queue.dead_letters.message_retention_seconds == 1209600
    error_message = "Both queues must keep their messages for 14 days, the longest that SQS can."
  }

  assert {
    condition     = aws_sqs_queue.retries.visibility_timeout_seconds > aws_lambda_function.this.timeout
    error_message = "A retry would be handed out again while the function still works on it."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.retries.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "One failed message would put off those that came along with it."
  }

  assert {
    condition     = one(aws_lambda_event_source_mapping.retries.scaling_config).maximum_concurrency == 2
    error_message = "Retries could take all executions that the account has."
  }

  assert {
    condition     = output.queue_names == { retries = "smart-factory-plant1-fleet-retries", dead_letters = "smart-factory-plant1-fleet-dead-letters" } && sort(keys(output.queue_urls)) == tolist(["dead_letters", "retries"])
    error_message = "Alarms must be told both queues."
  }
}

run "administrators_are_told_by_mail_and_the_newest_python_runs_on_arm" {
  command = plan

  assert {
    condition     = { for address, one in aws_sns_topic_subscription.administrators : address => [one.protocol, jsondecode(one.filter_policy).recipients] } == { "boss@fleet.example" = ["email", ["boss@fleet.example"]], "chief@fleet.example" = ["email", ["chief@fleet.example"]] }
    error_message = "Each administrator has a mail subscription with a filter on his own address."
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables["FLEET_ADMINISTRATORS"] == "boss@fleet.example,chief@fleet.example"
    error_message = "The function must be told all administrators."
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "python3.14" && aws_lambda_function.this.architectures == tolist(["arm64"])
    error_message = "The function must run on python3.14 and arm64."
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == filebase64sha256(var.function_zip)
    error_message = "Another zip must be seen as another function."
  }
}

run "without_administrators_nobody_is_told_and_tables_may_be_given_up" {
  command = plan

  variables {
    administrators      = []
    deletion_protection = false
  }

  assert {
    condition     = !contains(keys(one(aws_lambda_function.this.environment).variables), "FLEET_ADMINISTRATORS") && length(aws_sns_topic_subscription.administrators) == 0
    error_message = "Lambda keeps no empty variables, and nobody is to be asked by mail."
  }

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : !table.deletion_protection_enabled])
    error_message = "deletion_protection = false must let go of the tables."
  }
}
