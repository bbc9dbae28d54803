# The plant. In a deployment old and new tasks overlap, and the leases see to it that no machine is played twice.

locals {
  leases_arn = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.name}-leases"

  # The same as `init-simulator` and `simulator` of factory/provision/policies.py; and the keys of bucket and table, which
  # S3 and DynamoDB use on behalf of whoever asks them.
  simulator_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListIdentities"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.buckets["identities"]]
      },
      {
        Sid      = "FetchIdentities"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.buckets["identities"]}/shard-*"]
      },
      {
        Sid      = "UnwrapIdentities"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [var.key_arns["identities"]]
        Condition = {
          StringEquals = { "kms:EncryptionContext:plant" = var.plant }
          StringLike   = { "kms:EncryptionContext:shard" = "shard-*" }
        }
      },
      {
        Sid      = "ReadEncryptedIdentities"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [var.key_arns["identities"]]
        Condition = {
          StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
          # With bucket keys the context is the bucket, without them the object.
          StringLike = { "kms:EncryptionContext:aws:s3:arn" = [local.buckets["identities"], "${local.buckets["identities"]}/shard-*"] }
        }
      },
      {
        Sid      = "HoldLeases"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
        Resource = [local.leases_arn]
      },
      {
        Sid      = "ReadEncryptedLeases"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [var.key_arns["identities"]]
        Condition = {
          StringEquals = {
            "kms:ViaService"                               = "dynamodb.${local.region}.amazonaws.com"
            "kms:EncryptionContext:aws:dynamodb:tableName" = "${var.name}-leases"
          }
        }
      },
    ]
  })
}

module "simulator" {
  source = "../service"

  name               = var.name
  service            = "simulator"
  plant              = var.plant
  cluster            = local.cluster
  subnet_ids         = var.private_subnet_ids
  security_group_ids = [var.security_group_ids["simulator"]]
  assign_public_ip   = var.assign_public_ip
  architecture       = var.architecture
  cpu                = local.sizes["simulator"].cpu
  memory             = local.sizes["simulator"].memory
  spot               = { base = 1, weight = var.simulator.spot_weight }
  task_policy_json   = local.simulator_policy
  logs_key_arn       = var.key_arns["logs"]
  log_retention_days = var.log_retention_days
  namespace_id       = aws_service_discovery_private_dns_namespace.this.id
  desired_count      = var.simulator.minimum

  autoscaling = {
    minimum     = var.simulator.minimum
    maximum     = var.simulator.maximum
    cpu_percent = var.simulator.cpu_percent
    metrics = {
      machines = { namespace = local.namespace, name = "SimulatorMachines", target = var.simulator.machines_per_task }
      lag      = { namespace = local.namespace, name = "SimulatorOldestUnansweredSeconds", target = var.simulator.oldest_unanswered_s }
    }
  }

  load_balancer = !contains(keys(var.target_group_arns), "simulator") ? null : {
    target_group_arn = var.target_group_arns["simulator"]
    container        = "simulator"
    port             = 9100
  }

  volumes = { identities = {}, ledger = {}, presence = {}, truth = {} }

  containers = {
    init-simulator = {
      image     = var.images["init"]
      essential = false
      mounts    = { identities = { path = "/identities" } }
      environment = merge(local.aws, {
        INIT_BUCKET     = var.bucket_names["identities"]
        INIT_SHARDS     = "all"
        INIT_TARGET_DIR = "/identities"
      })
    }

    simulator = {
      image      = var.images["simulator"]
      depends_on = { init-simulator = "SUCCESS" }
      ports      = [{ port = 9100 }]
      mounts = {
        identities = { path = "/identities", read_only = true }
        ledger     = { path = "/data/ledger" }
        presence   = { path = "/data/presence" }
        truth      = { path = "/data/truth" }
      }
      environment = merge(local.aws, {
        SIMULATOR_IDENTITIES_DIR = "/identities"
        SIMULATOR_DATA_DIR       = "/data"
        SIMULATOR_MQTT_HOST      = var.iot_data_endpoint
        SIMULATOR_LEASES_TABLE   = aws_dynamodb_table.leases.name
        SIMULATOR_HTTP_HOST      = "0.0.0.0"
      })
      health_check = { command = ["python", "-P", "-m", "contracts.healthcheck", "http://127.0.0.1:9100/healthz"] }
    }
  }
}

# Each simulator says once a minute what it carries; from that line CloudWatch makes the metrics that it is scaled by, so
# that nothing beside the program has to be run or paid for.
resource "aws_cloudwatch_log_metric_filter" "simulator" {
  for_each = {
    SimulatorMachines                = { field = "machines", unit = "Count" }
    SimulatorOldestUnansweredSeconds = { field = "oldest_unanswered_s", unit = "Seconds" }
    SimulatorStoredMessages          = { field = "stored_messages", unit = "Count" }
  }

  name           = each.key
  log_group_name = module.simulator.log_group_name
  pattern        = "{ $.event = \"load\" && $.program = \"simulator\" }"

  metric_transformation {
    namespace = local.namespace
    name      = each.key
    value     = "$.${each.value.field}"
    unit      = each.value.unit
  }
}
