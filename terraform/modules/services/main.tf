# What runs of the factory on AWS: the programs' own images, commands and settings (docs/container-settings.md) on Fargate.
# The rules engine and the mail catcher are not here: on AWS that is IoT Core's and SNS's work.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  sizes = merge({
    simulator    = { cpu = 1024, memory = 2048 }
    prometheus   = { cpu = 1024, memory = 2048 }
    alertmanager = { cpu = 256, memory = 512 }
    grafana      = { cpu = 512, memory = 1024 }
    verdicts     = { cpu = 1024, memory = 4096 }
    training     = { cpu = 2048, memory = 8192 }
  }, var.sizes)

  # Whoever calls AWS is told where it is: boto3 and the Go programs each by their own variable.
  aws = {
    AWS_DEFAULT_REGION = local.region
    AWS_REGION         = local.region
  }

  cluster = {
    name = aws_ecs_cluster_capacity_providers.this.cluster_name
    arn  = aws_ecs_cluster.this.arn
  }

  configurations = coalesce(var.configuration_directory, "${path.module}/../../../dashboards/generated/aws")
  buckets        = { for what, name in var.bucket_names : what => "arn:${local.partition}:s3:::${name}" }
  namespace      = "SmartFactory/${var.plant}"
}

# --- Cluster and names -----------------------------------------------------------------------------------------------

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 100
  }
}

# CloudWatch would make it by itself, without a key and for ever.
resource "aws_cloudwatch_log_group" "insights" {
  count = var.container_insights == "disabled" ? 0 : 1

  name              = "/aws/ecs/containerinsights/${var.name}/performance"
  retention_in_days = min(var.log_retention_days, 30)
  kms_key_id        = var.key_arns["logs"]
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = "factory.internal"
  description = "Services of ${var.name}, as SERVICE.factory.internal"
  vpc         = var.vpc_id
}

# --- Leases: who plays which machines --------------------------------------------------------------------------------

# No time to live: a row keeps the shard's `run`, which must only grow. A row that went would come back with run 1, and
# (device_id, run, seq) would name two messages.
resource "aws_dynamodb_table" "leases" {
  name                        = "${var.name}-leases"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "shard"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "shard"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key_arns["identities"]
  }
}
