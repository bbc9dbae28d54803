# From a file of sentences to a mail: the same things, under the same names, that `factory provision --fleet` makes.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  inbox         = "inbox/"
  rule          = "fleet_vehicles"
  function      = "${var.name}-fleet"
  function_role = "${var.name}-fleet-function"
  topic         = "${var.name}-fleet-alerts"
  retries       = "${var.name}-fleet-retries"
  dead_letters  = "${var.name}-fleet-dead-letters"
  tables = {
    readings = { name = "${var.name}-fleet-readings", hash_key = "device_id", range_key = "timestamp", expires_by = null }
    vehicles = { name = "${var.name}-fleet-vehicles", hash_key = "device_id", range_key = null, expires_by = null }
    alerts   = { name = "${var.name}-fleet-alerts", hash_key = "alert", range_key = null, expires_by = "expires_at" }
  }

  # Put together from names, and not taken from what is made: so a plan shows each policy as it will be.
  bucket_arn     = "arn:${local.partition}:s3:::${var.fleet_bucket_name}"
  function_arn   = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${local.function}"
  rule_arn       = "arn:${local.partition}:iot:${local.region}:${local.account}:rule/${local.rule}"
  topic_arn      = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.topic}"
  retries_arn    = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.retries}"
  letters_arn    = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.dead_letters}"
  logs_arn       = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${local.function}"
  table_arns     = { for key, table in local.tables : key => "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${table.name}" }
  most_retention = 14 * 24 * 3600 # [s], the longest that SQS keeps a message
  timeout_s      = 300
}

# --- what is stored ---------------------------------------------------------------------------------------------------

resource "aws_dynamodb_table" "this" {
  for_each = local.tables

  name                        = each.value.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash_key
  range_key                   = each.value.range_key
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = compact([each.value.hash_key, each.value.range_key])

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "ttl" {
    for_each = compact([each.value.expires_by])

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key_arn
  }

  point_in_time_recovery {
    enabled = true
  }
}

# --- who is told ------------------------------------------------------------------------------------------------------

resource "aws_sns_topic" "alerts" {
  name              = local.topic
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = local.topic_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

# A message names its recipients; each is told of those alone that name him.
resource "aws_sns_topic_subscription" "administrators" {
  for_each = var.administrators

  topic_arn     = aws_sns_topic.alerts.arn
  protocol      = "email"
  endpoint      = each.value
  filter_policy = jsonencode({ recipients = [each.value] })
}

# --- what waits -------------------------------------------------------------------------------------------------------

resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letters
  message_retention_seconds = local.most_retention
  kms_master_key_id         = var.key_arn
}

resource "aws_sqs_queue" "retries" {
  name                       = local.retries
  message_retention_seconds  = local.most_retention
  visibility_timeout_seconds = local.timeout_s + 60 # Lambda wants it longer than the function may take
  kms_master_key_id          = var.key_arn
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 1000 # the most that SQS allows: an endpoint may be away for days
  })
}

resource "aws_sqs_queue_policy" "this" {
  for_each = {
    retries      = { url = aws_sqs_queue.retries.url, arn = local.retries_arn }
    dead_letters = { url = aws_sqs_queue.dead_letters.url, arn = local.letters_arn }
  }

  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

# --- the function -----------------------------------------------------------------------------------------------------

resource "aws_iam_role" "function" {
  name                 = local.function_role
  description          = "What the fleet's function may do."
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

# It reads its bucket and writes nowhere in it, so that nothing it does can call it again.
resource "aws_iam_role_policy" "function" {
  name = "rights"
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for right in [
      { Action = ["s3:GetObject", "s3:GetObjectVersion"], Resource = ["${local.bucket_arn}/${local.inbox}*"] },
      # Who may not list is refused an object that is gone, where others hear that it is gone (S3's API Reference, GetObject).
      { Action = ["s3:ListBucket", "s3:ListBucketVersions"], Resource = [local.bucket_arn] },
      { Action = ["dynamodb:BatchWriteItem", "dynamodb:BatchGetItem"], Resource = [local.table_arns.readings] },
      { Action = ["dynamodb:BatchGetItem"], Resource = [local.table_arns.vehicles] },
      { Action = ["dynamodb:PutItem", "dynamodb:UpdateItem"], Resource = [local.table_arns.alerts] },
      { Action = ["sns:Publish"], Resource = [local.topic_arn] },
      # SageMaker has the names of endpoints in ARNs in small letters.
      { Action = ["sagemaker:InvokeEndpoint"], Resource = ["arn:${local.partition}:sagemaker:${local.region}:${local.account}:endpoint/${lower(local.endpoint)}"] },
      { Action = ["sqs:SendMessage"], Resource = [local.retries_arn, local.letters_arn] },
      { Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], Resource = [local.retries_arn] },
      { Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.key_arn] },
      { Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource = [local.logs_arn, "${local.logs_arn}:*"] },
    ] : merge({ Effect = "Allow" }, right)]
  })
}

resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_338:a month is what people look back on; log_retention_days keeps it longer where that is asked for
  name              = "/aws/lambda/${local.function}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_50:an invocation's id stands in each log line, item and mail; traces would add a right and a price
  #checkov:skip=CKV_AWS_115:a young account has ten executions in all and may reserve none; the retry queue asks for two at most
  #checkov:skip=CKV_AWS_117:all it calls are AWS's public endpoints by TLS; in a VPC each would need an endpoint of its own
  #checkov:skip=CKV_AWS_173:names, addresses and numbers; under our key the role of GitHub's plans would see none of them, and each plan a change
  #checkov:skip=CKV_AWS_272:who may update the code is the deploy role alone; a signing profile would sign whatever that role builds
  function_name    = local.function
  description      = "Has the model judge what vehicles say, stores it, and tells of engines that are too hot."
  role             = aws_iam_role.function.arn
  filename         = var.function_zip
  source_code_hash = filebase64sha256(var.function_zip)
  handler          = "maintenance.fleet.handler.handler"
  runtime          = "python3.14"
  architectures    = ["arm64"]
  timeout          = local.timeout_s
  memory_size      = 512

  environment {
    variables = merge(
      {
        FLEET_TABLE            = local.tables.readings.name
        FLEET_VEHICLES_TABLE   = local.tables.vehicles.name
        FLEET_ALERTS_TABLE     = local.tables.alerts.name
        FLEET_TOPIC_ARN        = local.topic_arn
        FLEET_ENDPOINT         = local.endpoint
        FLEET_RETRY_QUEUE_URL  = aws_sqs_queue.retries.url
        FLEET_DEAD_LETTERS_URL = aws_sqs_queue.dead_letters.url
        FLEET_ZONE             = var.zone
        FLEET_THRESHOLD_C      = tostring(var.threshold_c)
        FLEET_WINDOW_S         = tostring(var.window_s)
      },
      # Lambda keeps no empty variables.
      length(var.administrators) == 0 ? {} : { FLEET_ADMINISTRATORS = join(",", sort(var.administrators)) },
      var.more_environment,
    )
  }

  # Where an event goes whose function failed three times.
  dead_letter_config {
    target_arn = local.letters_arn
  }

  # Lambda looks at the role's rights when it is given a dead-letter queue, and makes a log group without end of its own.
  depends_on = [aws_iam_role_policy.function, aws_cloudwatch_log_group.function, aws_sqs_queue.dead_letters]
}

# --- who calls it -----------------------------------------------------------------------------------------------------

resource "aws_lambda_permission" "this" {
  for_each = {
    s3   = { principal = "s3.amazonaws.com", arn = local.bucket_arn }
    rule = { principal = "iot.amazonaws.com", arn = local.rule_arn }
  }

  statement_id   = each.key
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this.function_name
  principal      = each.value.principal
  source_arn     = each.value.arn
  source_account = local.account
}

resource "aws_s3_bucket_notification" "inbox" {
  bucket = var.fleet_bucket_name

  lambda_function {
    id                  = "inbox"
    lambda_function_arn = aws_lambda_function.this.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = local.inbox
  }

  # S3 tries whether it may call the function before it believes that it shall.
  depends_on = [aws_lambda_permission.this]
}

resource "aws_lambda_event_source_mapping" "retries" {
  event_source_arn        = aws_sqs_queue.retries.arn
  function_name           = aws_lambda_function.this.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }
}

# --- the model's endpoint ---------------------------------------------------------------------------------------------

locals {
  endpoint   = "${var.name}-fleet"
  served     = var.model == null ? {} : { model = var.model }
  serverless = var.endpoint_kind == "serverless"
  variant    = "AllTraffic"
  image      = var.model == null ? null : regex("^(?P<account>[0-9]{12})[.]dkr[.]ecr[.](?P<region>[a-z0-9-]+)[.][^/]+/(?P<repository>[^:@]+)", var.model.image)
  model_data = var.model == null ? null : regex("^s3://(?P<bucket>[^/]+)/(?P<key>.+)$", var.model.model_data_url)
  # All versions of the model, NAME/VERSION/model.tar.gz: while the endpoint moves over, the old one may have to start once more.
  path     = var.model == null ? [] : split("/", local.model_data.key)
  versions = var.model == null ? null : length(local.path) < 3 ? local.model_data.key : "${join("/", slice(local.path, 0, length(local.path) - 2))}/*"
  # Models and configurations cannot be changed: others come under another name, and the endpoint moves over without a pause.
  model_name    = var.model == null ? null : "${local.endpoint}-${substr(sha256(jsonencode([var.model, var.zone, local.serverless])), 0, 8)}"
  configuration = var.model == null ? null : "${local.endpoint}-${substr(sha256(jsonencode([local.model_name, var.key_arn, local.serverless ? jsonencode(var.serverless) : jsonencode(var.instances)])), 0, 8)}"
  endpoint_logs = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/sagemaker/Endpoints/${local.endpoint}"
}

resource "aws_iam_role" "model" {
  for_each = local.served

  name                 = "${var.name}-fleet-model"
  description          = "What SageMaker may do to serve the fleet's model."
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "model" {
  for_each = local.served

  name = "rights"
  role = aws_iam_role.model["model"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for right in concat([
      { Action = ["s3:GetObject"], Resource = ["arn:${local.partition}:s3:::${local.model_data.bucket}/${local.versions}"] },
      { Action = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = ["arn:${local.partition}:ecr:${local.image.region}:${local.image.account}:repository/${local.image.repository}"] },
      { Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] }, # knows no resource
      { Action = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], Resource = [local.endpoint_logs, "${local.endpoint_logs}:*"] },
      # Knows no resource either; the namespace is what it can be held to.
      { Action = ["cloudwatch:PutMetricData"], Resource = ["*"], Condition = { StringLike = { "cloudwatch:namespace" = ["/aws/sagemaker/*", "AWS/SageMaker"] } } },
      ], [for key in compact([var.models_key_arn]) :
      { Action = ["kms:Decrypt"], Resource = [key], Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } } }
    ]) : merge({ Effect = "Allow" }, right)]
  })
}

resource "aws_cloudwatch_log_group" "endpoint" {
  #checkov:skip=CKV_AWS_338:a month is what people look back on; log_retention_days keeps it longer where that is asked for
  for_each = local.served

  name              = "/aws/sagemaker/Endpoints/${local.endpoint}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

resource "aws_sagemaker_model" "this" {
  #checkov:skip=CKV_AWS_370:it is isolated on instances; SageMaker refuses that for serverless endpoints
  for_each = local.served

  name               = local.model_name
  execution_role_arn = aws_iam_role.model["model"].arn
  # The server calls nobody; a serverless endpoint has no such switch.
  enable_network_isolation = !local.serverless

  primary_container {
    image          = each.value.image
    model_data_url = each.value.model_data_url
    environment = {
      MODEL_SERVER_HTTP_HOST = "0.0.0.0"
      MODEL_SERVER_TIMEZONE  = var.zone
    }
  }

  depends_on = [aws_iam_role_policy.model]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  #checkov:skip=CKV_AWS_98:instances' disks are encrypted under the key; a serverless endpoint has none
  for_each = local.served

  name = local.configuration
  # The key of the disks of instances (CreateEndpointConfig, KmsKeyId).
  kms_key_arn = local.serverless ? null : var.key_arn

  production_variants {
    variant_name           = local.variant
    model_name             = aws_sagemaker_model.this["model"].name
    instance_type          = local.serverless ? null : var.instances.type
    initial_instance_count = local.serverless ? null : var.instances.least
    initial_variant_weight = 1

    dynamic "serverless_config" {
      for_each = local.serverless ? [var.serverless] : []

      content {
        memory_size_in_mb = serverless_config.value.memory_mb
        max_concurrency   = serverless_config.value.max_concurrency
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "endpoint_kind" {
  for_each = local.served

  input = var.endpoint_kind
}

resource "aws_sagemaker_endpoint" "this" {
  for_each = local.served

  name                 = local.endpoint
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this["model"].name

  depends_on = [aws_cloudwatch_log_group.endpoint]

  # SageMaker refuses to move an endpoint from instances to serverless. While it is made anew readings wait in the queue.
  lifecycle {
    replace_triggered_by = [terraform_data.endpoint_kind["model"]]
  }
}

resource "aws_appautoscaling_target" "endpoint" {
  for_each = local.serverless ? {} : local.served

  service_namespace  = "sagemaker"
  resource_id        = "endpoint/${aws_sagemaker_endpoint.this["model"].name}/variant/${local.variant}"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  min_capacity       = var.instances.least
  max_capacity       = var.instances.most
}

resource "aws_appautoscaling_policy" "endpoint" {
  for_each = local.serverless ? {} : local.served

  name               = "${local.endpoint}-invocations"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.endpoint["model"].service_namespace
  resource_id        = aws_appautoscaling_target.endpoint["model"].resource_id
  scalable_dimension = aws_appautoscaling_target.endpoint["model"].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.instances.invocations_per_minute
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantInvocationsPerInstance"
    }
  }
}
