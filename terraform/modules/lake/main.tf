# Where data lies: buckets, the stream that fills the archive, and the tables and questions of the lake for Athena.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.region
  partition = data.aws_partition.current.partition

  # ARNs are put together from names, so that policies are known when planning.
  encrypted    = toset(["lake", "fleet", "identities", "models", "truth"])
  bucket_names = { for use in setunion(local.encrypted, ["logs"]) : use => "${var.name}-${use}-${local.account}" }
  bucket_arns  = { for use, bucket in local.bucket_names : use => "arn:${local.partition}:s3:::${bucket}" }
}

# --- buckets --------------------------------------------------------------------------------------------------------

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV2_AWS_62:only the fleet's inbox calls somebody, and the module fleet makes that notification
  #checkov:skip=CKV_AWS_18:aws_s3_bucket_logging below is on each bucket but that of logs, which would log its own logs
  #checkov:skip=CKV_AWS_144:the archive lies in three zones; a second region is another price and another law
  for_each = local.bucket_names

  bucket        = each.value
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    bucket_key_enabled = each.key != "logs"

    # Access logs of S3 and of load balancers can be delivered to a bucket with SSE-S3 alone.
    apply_server_side_encryption_by_default {
      sse_algorithm     = each.key == "logs" ? "AES256" : "aws:kms"
      kms_master_key_id = each.key == "logs" ? null : var.key_arns[each.key]
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

# A bucket that logs into itself would log its own logs.
resource "aws_s3_bucket_logging" "this" {
  for_each = local.encrypted

  bucket        = aws_s3_bucket.this[each.key].id
  target_bucket = aws_s3_bucket.this["logs"].id
  target_prefix = "s3/${local.bucket_names[each.key]}/"

  depends_on = [aws_s3_bucket_policy.this]
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.tls_only[each.key]], [for service in local.log_delivery : service if each.key == "logs"])
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

locals {
  # The very document of factory/provision/policies.py, so that neither finds the other's different.
  tls_only = { for use, arn in local.bucket_arns : use => {
    Sid       = "TlsOnly"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Resource  = [arn, "${arn}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  } }

  log_delivery = [
    {
      Sid       = "LoadBalancerLogs"
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${local.bucket_arns["logs"]}/load-balancer/AWSLogs/${local.account}/*"
      Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account}:loadbalancer/*" } }
    },
    {
      Sid       = "BucketLogs"
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${local.bucket_arns["logs"]}/s3/*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = [for use in sort(tolist(local.encrypted)) : local.bucket_arns[use]] }
      }
    },
  ]
}

# --- what goes by itself --------------------------------------------------------------------------------------------

locals {
  expiry = {
    lake = {
      "raw/"        = var.retention_days.raw
      "quarantine/" = var.retention_days.quarantine
      "errors/"     = var.retention_days.errors
      "athena/"     = var.retention_days.results
    }
    fleet      = { "inbox/" = var.retention_days.inbox }
    identities = {}
    models     = {}
    # A ledger goes before that which it proves to have arrived, or that would seem to be lost. Truth itself stays.
    truth = { "segments/ledger/" = max(1, min(var.retention_days.raw, var.retention_days.quarantine, var.retention_days.errors) - 1) }
    logs  = { "" = var.retention_days.logs }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    id     = "leftovers"
    status = "Enabled"

    filter {
      prefix = ""
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = var.retention_days.noncurrent
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = local.expiry[each.key]

    content {
      id     = "expire-${coalesce(trimsuffix(rule.key, "/"), "all")}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      expiration {
        days = rule.value
      }
    }
  }

  # S3 refuses rules about versions while there are none.
  depends_on = [aws_s3_bucket_versioning.this]
}

# --- the archive's stream -------------------------------------------------------------------------------------------

locals {
  stream      = "${var.name}-archive"
  stream_arn  = "arn:${local.partition}:firehose:${local.region}:${local.account}:deliverystream/${local.stream}"
  stream_log  = "/aws/kinesisfirehose/${local.stream}"
  raw         = "raw/plant=${var.plant}/"
  undelivered = "errors/firehose/plant=${var.plant}/"
}

resource "aws_kinesis_firehose_delivery_stream" "archive" {
  name        = local.stream
  destination = "extended_s3"

  # Only a stream that is written to directly has this; it covers what waits in the buffer.
  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = var.key_arns["lake"]
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.archive.arn
    bucket_arn          = local.bucket_arns["lake"]
    prefix              = "${local.raw}dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/"
    error_output_prefix = "${local.undelivered}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
    buffering_size      = var.archive_buffer.megabytes
    buffering_interval  = var.archive_buffer.seconds
    compression_format  = "GZIP"
    file_extension      = ".jsonl.gz"
    custom_time_zone    = "UTC"
    kms_key_arn         = var.key_arns["lake"]

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.archive.name
      log_stream_name = aws_cloudwatch_log_stream.archive.name
    }
  }

  depends_on = [aws_s3_bucket.this, aws_iam_role_policy.archive]
}

resource "aws_cloudwatch_log_group" "archive" {
  #checkov:skip=CKV_AWS_338:a month is what people look back on; log_retention_days keeps it longer where that is asked for
  name              = local.stream_log
  kms_key_id        = var.key_arns["logs"]
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_stream" "archive" {
  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.archive.name
}

resource "aws_iam_role" "archive" {
  name                 = "${var.name}-firehose"
  description          = "Firehose writes the archive"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "firehose.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account }, ArnLike = { "aws:SourceArn" = local.stream_arn } }
    }]
  })
}

resource "aws_iam_role_policy" "archive" {
  name = "rights"
  role = aws_iam_role.archive.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"]
        Resource = [for prefix in [local.raw, local.undelivered] : "${local.bucket_arns["lake"]}/${prefix}*"]
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"]
        Resource = local.bucket_arns["lake"]
      },
      {
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = var.key_arns["lake"]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
      {
        Effect   = "Allow"
        Action   = "logs:PutLogEvents"
        Resource = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.stream_log}:log-stream:*"
      },
    ]
  })
}

# --- tables and questions -------------------------------------------------------------------------------------------

locals {
  # Written by `make generate`: tables.json by `factory lake tables --json`, questions/ by `factory lake query --text`.
  tables    = jsondecode(file("${path.module}/tables.json"))
  questions = { for each in fileset("${path.module}/questions", "*.sql") : trimsuffix(each, ".sql") => file("${path.module}/questions/${each}") }

  # Truth has a bucket of its own, which the programs that judge cannot read.
  homes = { for table in keys(local.tables) : table => "s3://${local.bucket_names[table == "wear" ? "truth" : "lake"]}" }
}

resource "aws_glue_catalog_database" "this" {
  name        = lower(replace(var.name, "-", "_"))
  description = "The lake of ${var.plant}"
}

resource "aws_glue_catalog_table" "this" {
  for_each = local.tables

  database_name = aws_glue_catalog_database.this.name
  name          = each.key
  description   = each.value.description
  table_type    = each.value.table_type

  parameters = merge(
    { for key, value in each.value.parameters : key => replace(value, "s3://smart-factory-lake", local.homes[each.key]) },
    { "projection.dt.range" = "${var.first_day},NOW" },
    { for key in ["projection.plant.values"] : key => var.plant if can(each.value.parameters[key]) },
  )

  dynamic "partition_keys" {
    for_each = each.value.partition_keys

    content {
      name    = partition_keys.value.name
      type    = partition_keys.value.type
      comment = partition_keys.value.comment
    }
  }

  storage_descriptor {
    location      = replace(each.value.storage_descriptor.location, "s3://smart-factory-lake", local.homes[each.key])
    input_format  = each.value.storage_descriptor.input_format
    output_format = each.value.storage_descriptor.output_format

    ser_de_info {
      serialization_library = each.value.storage_descriptor.ser_de_info.serialization_library
    }

    dynamic "columns" {
      for_each = each.value.storage_descriptor.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Questions to the lake of ${var.plant}"
  force_destroy = var.force_destroy

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.question_bytes

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${aws_s3_bucket.this["lake"].bucket}/athena/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.key_arns["lake"]
      }
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each = local.questions

  name        = each.key
  description = trimprefix(split("\n", each.value)[0], "-- ")
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name
  query       = each.value
}
