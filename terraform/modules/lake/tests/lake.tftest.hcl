# Buckets that keep to themselves, a stream that files by arrival, tables and questions as maintenance/ declares them.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name  = "smart-factory-plant1"
  plant = "plant1"
  key_arns = {
    lake       = "arn:aws:kms:eu-central-1:111122223333:key/of-lake"
    fleet      = "arn:aws:kms:eu-central-1:111122223333:key/of-fleet"
    identities = "arn:aws:kms:eu-central-1:111122223333:key/of-identities"
    models     = "arn:aws:kms:eu-central-1:111122223333:key/of-models"
    truth      = "arn:aws:kms:eu-central-1:111122223333:key/of-truth"
    logs       = "arn:aws:kms:eu-central-1:111122223333:key/of-logs"
  }
}

run "each_bucket_is_encrypted_versioned_closed_and_tls_only" {
  command = plan

  assert {
    condition     = { for use, bucket in aws_s3_bucket.this : use => bucket.bucket } == { for use in ["lake", "fleet", "identities", "models", "truth", "logs"] : use => "smart-factory-plant1-${use}-111122223333" }
    error_message = "Names must be those of contracts/resources.py."
  }

  assert {
    condition = alltrue([for use, encryption in aws_s3_bucket_server_side_encryption_configuration.this :
      use == "logs" ? one(encryption.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256" : (
        one(encryption.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" &&
        one(encryption.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.key_arns[use] &&
        one(encryption.rule).bucket_key_enabled
      )
    ]) && length(aws_s3_bucket_server_side_encryption_configuration.this) == 6
    error_message = "Each bucket must be encrypted under a key of its own with a bucket key, and that of logs by SSE-S3."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"]) && length(aws_s3_bucket_versioning.this) == 6
    error_message = "What is overwritten must stay for a time."
  }

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets]) && length(aws_s3_bucket_public_access_block.this) == 6
    error_message = "No bucket may be opened to the public."
  }

  assert {
    condition     = alltrue([for owner in aws_s3_bucket_ownership_controls.this : owner.rule[0].object_ownership == "BucketOwnerEnforced"]) && length(aws_s3_bucket_ownership_controls.this) == 6
    error_message = "ACLs must be off."
  }

  assert {
    condition = alltrue([for use, policy in aws_s3_bucket_policy.this : jsondecode(policy.policy).Statement[0] == {
      Action    = "s3:*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
      Effect    = "Deny"
      Principal = "*"
      Resource  = ["arn:aws:s3:::smart-factory-plant1-${use}-111122223333", "arn:aws:s3:::smart-factory-plant1-${use}-111122223333/*"]
      Sid       = "TlsOnly"
    }]) && length(aws_s3_bucket_policy.this) == 6
    error_message = "Requests without TLS must be denied on each bucket and all that is in it."
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy == false])
    error_message = "What is in a bucket must not go with it unless that is asked for."
  }
}

run "only_the_two_services_that_log_may_write_logs" {
  command = plan

  assert {
    condition     = toset(keys(aws_s3_bucket_logging.this)) == toset(["lake", "fleet", "identities", "models", "truth"]) && alltrue([for use, logging in aws_s3_bucket_logging.this : logging.target_prefix == "s3/smart-factory-plant1-${use}-111122223333/"])
    error_message = "Each bucket but that of logs must log who asked for what, each under its own prefix."
  }

  assert {
    condition     = alltrue([for use, policy in aws_s3_bucket_policy.this : length(jsondecode(policy.policy).Statement) == (use == "logs" ? 3 : 1)])
    error_message = "No bucket but that of logs lets a service in."
  }

  assert {
    condition = { for statement in slice(jsondecode(aws_s3_bucket_policy.this["logs"].policy).Statement, 1, 3) : statement.Principal.Service => "${statement.Action} ${statement.Resource}" } == {
      "logdelivery.elasticloadbalancing.amazonaws.com" = "s3:PutObject arn:aws:s3:::smart-factory-plant1-logs-111122223333/load-balancer/AWSLogs/111122223333/*"
      "logging.s3.amazonaws.com"                       = "s3:PutObject arn:aws:s3:::smart-factory-plant1-logs-111122223333/s3/*"
    }
    error_message = "Load balancers and S3 must write each under its prefix, and nobody else."
  }

  assert {
    condition = [for statement in slice(jsondecode(aws_s3_bucket_policy.this["logs"].policy).Statement, 1, 3) : statement.Condition] == [
      { ArnLike = { "aws:SourceArn" = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/*" } },
      {
        ArnLike      = { "aws:SourceArn" = [for use in ["fleet", "identities", "lake", "models", "truth"] : "arn:aws:s3:::smart-factory-plant1-${use}-111122223333"] }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      },
    ]
    error_message = "They may do so for this account alone, and for these buckets."
  }
}

run "what_has_had_its_time_goes_by_itself" {
  command = plan

  variables {
    retention_days = { raw = 30 }
  }

  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.this["lake"].rule : rule.filter[0].prefix => rule.expiration[0].days if rule.id != "leftovers" } == {
      "raw/" = 30, "quarantine/" = 365, "errors/" = 365, "athena/" = 7
    }
    error_message = "Of the lake, the archive and what was refused must go in their time, and no table."
  }

  assert {
    condition     = { for use, lifecycle in aws_s3_bucket_lifecycle_configuration.this : use => [for rule in lifecycle.rule : rule.id] if use != "lake" } == { fleet = ["leftovers", "expire-inbox"], identities = ["leftovers"], logs = ["leftovers", "expire-all"], models = ["leftovers"], truth = ["leftovers", "expire-segments/ledger"] }
    error_message = "Identities, models and truth must stay."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this["truth"].rule : [rule.filter[0].prefix, rule.expiration[0].days] if rule.id != "leftovers"] == [["segments/ledger/", 29]]
    error_message = "Of the truth's bucket only ledgers must go, a day before the archive that they prove."
  }

  assert {
    condition     = alltrue([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : lifecycle.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30 && lifecycle.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7])
    error_message = "Old versions and broken uploads must go everywhere."
  }

  assert {
    condition     = alltrue(flatten([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : [lifecycle.rule[0].expiration[0].expired_object_delete_marker, [for rule in lifecycle.rule : rule.status == "Enabled"]]]))
    error_message = "Each rule must be on, and markers of what is gone must go as well."
  }
}

run "the_stream_files_compressed_lines_by_arrival_under_the_plants_folder" {
  command = plan

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive.name == "smart-factory-plant1-archive" && aws_kinesis_firehose_delivery_stream.archive.destination == "extended_s3"
    error_message = "The stream must have the name of contracts/resources.py."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].prefix == "raw/plant=plant1/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/"
    error_message = "Keys must have the layout that maintenance/lake reads."
  }

  assert {
    condition     = startswith(aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].error_output_prefix, "errors/firehose/plant=plant1/!{firehose:error-output-type}/")
    error_message = "What cannot be delivered must lie apart from the archive; Firehose wants its type in the prefix."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].compression_format == "GZIP" && aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].buffering_size == 64 && aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].buffering_interval == 300
    error_message = "Objects must be compressed, and written each 64 MB or five minutes."
  }

  assert {
    condition     = length(aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].dynamic_partitioning_configuration) == 0
    error_message = "Dynamic partitioning was decided against (docs/decisions/0019-firehose.md), and cannot be taken back on a stream."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive.server_side_encryption[0].enabled && aws_kinesis_firehose_delivery_stream.archive.server_side_encryption[0].key_type == "CUSTOMER_MANAGED_CMK" && aws_kinesis_firehose_delivery_stream.archive.server_side_encryption[0].key_arn == var.key_arns["lake"] && aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].kms_key_arn == var.key_arns["lake"]
    error_message = "What waits in the stream and what it writes must be encrypted under the lake's key."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive.extended_s3_configuration[0].cloudwatch_logging_options[0].enabled && aws_cloudwatch_log_group.archive.kms_key_id == var.key_arns["logs"] && aws_cloudwatch_log_group.archive.retention_in_days == 30
    error_message = "Failed deliveries must be logged, encrypted and for a time."
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.archive.policy).Statement : statement.Resource if contains(flatten([statement.Action]), "s3:PutObject")])) == toset(["arn:aws:s3:::smart-factory-plant1-lake-111122223333/raw/plant=plant1/*", "arn:aws:s3:::smart-factory-plant1-lake-111122223333/errors/firehose/plant=plant1/*"])
    error_message = "Firehose may write the plant's archive and its own errors, and no table."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.archive.policy, ":*\"]") && alltrue([for statement in jsondecode(aws_iam_role_policy.archive.policy).Statement : !contains(flatten([statement.Resource]), "*") && alltrue([for action in flatten([statement.Action]) : !strcontains(action, "*")])])
    error_message = "No right may be open."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.archive.policy).Statement : statement.Condition if strcontains(jsonencode(statement.Action), "kms:")] == [{ StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }]
    error_message = "Firehose's role may use the lake's key through S3 alone."
  }

  assert {
    condition = jsondecode(aws_iam_role.archive.assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole"
      Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/smart-factory-plant1-archive" }, StringEquals = { "aws:SourceAccount" = "111122223333" } }
      Effect    = "Allow"
      Principal = { Service = "firehose.amazonaws.com" }
    }]
    error_message = "Only this stream of this account may take the role on."
  }
}

run "athena_finds_tables_and_questions_and_stops_what_reads_too_much" {
  command = plan

  variables {
    first_day = "2026-01-01"
  }

  assert {
    condition = { for name, table in aws_glue_catalog_table.this : name => table.storage_descriptor[0].location } == {
      machine_telemetry = "s3://smart-factory-plant1-lake-111122223333/curated/machine_telemetry/"
      vehicle_telemetry = "s3://smart-factory-plant1-lake-111122223333/curated/vehicle_telemetry/"
      wear              = "s3://smart-factory-plant1-truth-111122223333/truth/wear/"
    }
    error_message = "Tables must lie in the lake, and truth apart from it."
  }

  assert {
    condition     = alltrue([for table in aws_glue_catalog_table.this : table.parameters["projection.enabled"] == "true" && table.parameters["projection.dt.range"] == "2026-01-01,NOW" && startswith(table.parameters["storage.location.template"], table.storage_descriptor[0].location) && !strcontains(jsonencode(table.parameters), "s3://smart-factory-lake/")])
    error_message = "Partitions must be projected from the first day on, in the table's own folder."
  }

  assert {
    condition     = { for name, table in aws_glue_catalog_table.this : name => lookup(table.parameters, "projection.plant.values", "none") } == { machine_telemetry = "plant1", vehicle_telemetry = "plant1", wear = "none" }
    error_message = "The plant must be a partition where it is in the path."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration && aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 107374182400
    error_message = "The limit must hold, whatever a client asks for."
  }

  assert {
    condition     = aws_athena_workgroup.this.force_destroy == false && aws_athena_workgroup.this.configuration[0].publish_cloudwatch_metrics_enabled && aws_athena_workgroup.this.configuration[0].result_configuration[0].expected_bucket_owner == "111122223333"
    error_message = "Questions must be counted, answered into a bucket of this account alone, and kept with their workgroup."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS" && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == var.key_arns["lake"]
    error_message = "Answers must be encrypted."
  }

  assert {
    condition     = length(aws_athena_named_query.this) == length(fileset("questions", "*.sql")) && length(aws_athena_named_query.this) > 0 && aws_athena_named_query.this["hours_above_temperature"].description == "Hours that each machine was above a temperature, by day." && alltrue([for question in aws_athena_named_query.this : question.database == "smart_factory_plant1" && length(question.query) <= 262144])
    error_message = "Each question must lie ready, with what it asks; Athena takes 262144 characters (API reference, CreateNamedQuery)."
  }
}

run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    name                     = "smart-factory-Plant1"
    plant                    = "abcdefghijklmnopqrs"
    key_arns                 = { lake = "arn:aws:kms:eu-central-1:111122223333:key/of-lake" }
    retention_days           = { raw = 0 }
    archive_buffer           = { seconds = 30 }
    first_day                = "2026-02-31"
    question_bytes           = 1000
    log_retention_days       = 31
  }

  expect_failures = [
    var.permissions_boundary_arn, var.name, var.plant, var.key_arns, var.retention_days, var.archive_buffer, var.first_day, var.question_bytes,
    var.log_retention_days,
  ]
}

run "the_ends_of_what_is_right_are_taken" {
  command = plan

  variables {
    name               = "smart-factory-abcdefghijklmnopqr"
    plant              = "abcdefghijklmnopqr"
    retention_days     = { raw = 1, noncurrent = 1 }
    archive_buffer     = { megabytes = 128, seconds = 900 }
    question_bytes     = 10485760
    log_retention_days = 1
    force_destroy      = true
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : length(bucket.bucket) <= 63 && bucket.force_destroy])
    error_message = "The longest name of a plant must fit into a bucket's 63 characters."
  }
}
