# What judges machines, and what learns to: the verdict job, and the training that makes its models anew each week.

locals {
  things = "arn:${local.partition}:iot:${local.region}:${local.account}"

  # The same as `verdicts` of factory/provision/policies.py; and the models, and the keys of both buckets.
  verdicts_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ListArchive"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.buckets["lake"]]
        Condition = { StringLike = { "s3:prefix" = ["raw/*", "verdicts/*"] } }
      },
      {
        Sid      = "ReadArchive"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.buckets["lake"]}/raw/*", "${local.buckets["lake"]}/verdicts/*"]
      },
      {
        Sid      = "Remember"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.buckets["lake"]}/verdicts/*"]
      },
      {
        Sid       = "UseLakeKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [var.key_arns["lake"]]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
      {
        # AWS knows no resource for it.
        Sid      = "KnowMachines"
        Effect   = "Allow"
        Action   = ["iot:ListThings"]
        Resource = ["*"]
      },
      {
        Sid      = "TellVerdicts"
        Effect   = "Allow"
        Action   = ["iot:Publish"]
        Resource = ["${local.things}:topic/factory/${var.plant}/*/verdict"]
      },
      {
        Sid      = "ListModels"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.buckets["models"]]
      },
      {
        Sid      = "FetchModels"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.buckets["models"]}/*"]
      },
      {
        Sid       = "UseModelsKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [var.key_arns["models"]]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
    ]
  })
}

module "verdicts" {
  source = "../service"

  name               = var.name
  service            = "verdicts"
  plant              = var.plant
  cluster            = local.cluster
  subnet_ids         = var.private_subnet_ids
  security_group_ids = [var.security_group_ids["verdicts"]]
  assign_public_ip   = var.assign_public_ip
  architecture       = var.architecture
  cpu                = local.sizes["verdicts"].cpu
  memory             = local.sizes["verdicts"].memory
  task_policy_json   = local.verdicts_policy
  logs_key_arn       = var.key_arns["logs"]
  log_retention_days = var.log_retention_days
  namespace_id       = aws_service_discovery_private_dns_namespace.this.id
  desired_count      = var.models_published ? 1 : 0
  # It remembers in the lake what it has judged: two at a time would write each other's memory over.
  deployment = { minimum_healthy_percent = 0, maximum_percent = 100 }

  volumes = { models = {} }

  containers = {
    init-models = {
      image     = var.images["maintenance"]
      command   = ["maintenance.models.fetch"]
      essential = false
      mounts    = { models = { path = "/models" } }
      environment = merge(local.aws, {
        MODELS_BUCKET     = var.bucket_names["models"]
        MODELS_TARGET_DIR = "/models/plant"
      })
    }

    verdicts = {
      image      = var.images["maintenance"]
      command    = ["maintenance.verdicts"]
      depends_on = { init-models = "SUCCESS" }
      ports      = [{ port = 9102 }]
      mounts     = { models = { path = "/models", read_only = true } }
      environment = merge(local.aws, {
        # boto3's own name of the data plane has no private DNS: the account's endpoint has.
        AWS_ENDPOINT_URL_IOT_DATA_PLANE = "https://${var.iot_data_endpoint}"
        VERDICTS_PLANT                  = var.plant
        VERDICTS_LAKE                   = "s3://${var.bucket_names["lake"]}"
        VERDICTS_MODELS_DIR             = "/models/plant"
        VERDICTS_LOOK_SECONDS           = "30"
        VERDICTS_SETTLE_SECONDS         = "1200"
        VERDICTS_HTTP_HOST              = "0.0.0.0"
      })
      health_check = { command = ["python", "-P", "-m", "contracts.healthcheck", "http://127.0.0.1:9102/healthz"] }
    }
  }
}

# --- Training --------------------------------------------------------------------------------------------------------

module "training" {
  count  = var.training == null ? 0 : 1
  source = "../service"

  name                  = var.name
  service               = "training"
  kind                  = "task"
  plant                 = var.plant
  architecture          = var.architecture
  cpu                   = local.sizes["training"].cpu
  memory                = local.sizes["training"].memory
  ephemeral_storage_gib = 30
  logs_key_arn          = var.key_arns["logs"]
  log_retention_days    = var.log_retention_days

  task_policy_json = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "PublishModels"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.buckets["models"]}/*"]
      },
      {
        Sid       = "UseModelsKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [var.key_arns["models"]]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
    ]
  })

  volumes = { models = {} }

  # One after the other: each wants all of the memory.
  containers = {
    train-fleet = {
      image       = var.images["local-aws"]
      command     = ["factory", "train", "fleet", "--out=/models/fleet", "--publish=${var.bucket_names["models"]}", "--json"]
      essential   = false
      mounts      = { models = { path = "/models" } }
      environment = merge(local.aws, { TMPDIR = "/models" })
    }

    train-plant = {
      image       = var.images["local-aws"]
      command     = ["factory", "train", "plant", "--out=/models", "--publish=${var.bucket_names["models"]}", "--json"]
      depends_on  = { train-fleet = "SUCCESS" }
      mounts      = { models = { path = "/models" } }
      environment = merge(local.aws, { TMPDIR = "/models" })
    }
  }
}

locals {
  scheduler_source = "arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule/default/${var.name}-training"
}

resource "aws_iam_role" "schedule" {
  count = length(module.training)

  name        = "${var.name}-training-schedule"
  description = "Starts the training of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnEquals    = { "aws:SourceArn" = local.scheduler_source }
      }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  count = length(module.training)

  name = "start"
  role = aws_iam_role.schedule[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "StartTraining"
        Effect    = "Allow"
        Action    = ["ecs:RunTask"]
        Resource  = ["arn:${local.partition}:ecs:${local.region}:${local.account}:task-definition/${module.training[0].task_definition_family}:*"]
        Condition = { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.this.arn } }
      },
      {
        Sid       = "HandOverRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [module.training[0].task_role_arn, module.training[0].execution_role_arn]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_scheduler_schedule" "training" {
  count = length(module.training)

  name                         = "${var.name}-training"
  description                  = "Trains the models of ${var.name} and publishes them"
  schedule_expression          = var.training.schedule
  schedule_expression_timezone = var.training.timezone
  state                        = "ENABLED"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 60
  }

  target {
    arn      = aws_ecs_cluster.this.arn
    role_arn = aws_iam_role.schedule[0].arn

    ecs_parameters {
      task_definition_arn = module.training[0].task_definition_arn
      platform_version    = "1.4.0"
      propagate_tags      = "TASK_DEFINITION"

      # A training that Spot takes away is begun again next week: it may cost a third of the price.
      capacity_provider_strategy {
        capacity_provider = "FARGATE_SPOT"
        weight            = 1
      }

      network_configuration {
        subnets          = var.private_subnet_ids
        security_groups  = [var.security_group_ids["verdicts"]]
        assign_public_ip = var.assign_public_ip
      }
    }

    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 3600
    }
  }
}
