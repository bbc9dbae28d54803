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
  #checkov:skip=CKV_AWS_65:container_insights decides; it is billed by the metric, and enabled unless a plant is a trial
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }

  # Insights writes until the cluster is gone, and would make the group anew: no later plant could.
  depends_on = [aws_cloudwatch_log_group.insights]
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

# ======================================================================================================================
# Simulator
# ======================================================================================================================
#
# The plant. In a deployment old and new tasks overlap, and the leases see to it that no machine is played twice.

locals {
  leases_arn = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.leases_table_name}"

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
            "kms:EncryptionContext:aws:dynamodb:tableName" = var.leases_table_name
          }
        }
      },
      {
        Sid      = "ShipLedgerAndTruth"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.buckets["truth"]}/segments/*", "${local.buckets["truth"]}/truth/wear/*"]
      },
      {
        Sid      = "EncryptLedgerAndTruth"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey"]
        Resource = [var.key_arns["truth"]]
        Condition = {
          StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" }
          StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [local.buckets["truth"], "${local.buckets["truth"]}/*"] }
        }
      },
    ]
  })
}

module "simulator" {
  source = "../service"

  permissions_boundary_arn = var.permissions_boundary_arn

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
  discovery          = { namespace_id = aws_service_discovery_private_dns_namespace.this.id }
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
        SIMULATOR_LEASES_TABLE   = var.leases_table_name
        SIMULATOR_HTTP_HOST      = "0.0.0.0"
        # The disk dies with the task, and is too small to keep for ever what the bucket has.
        SIMULATOR_TRUTH_BUCKET    = var.bucket_names["truth"]
        SIMULATOR_SHIP_AND_REMOVE = "true"
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

# ======================================================================================================================
# What watches: history, Prometheus, Alertmanager
# ======================================================================================================================
#
# Prometheus, Alertmanager and Grafana. Their configurations are rendered by dashboards/aws.py; what they say of this account
# is filled in when a task starts, by the init container, which also reads the SMTP account from its secret.

# --- History: what remains when a task and its disk are gone ---------------------------------------------------------

resource "aws_cloudwatch_log_group" "history" {
  name              = "/aws/vendedlogs/prometheus/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arns["logs"]
}

resource "aws_prometheus_workspace" "this" {
  alias       = var.name
  kms_key_arn = var.key_arns["lake"]

  logging_configuration {
    log_group_arn = "${aws_cloudwatch_log_group.history.arn}:*"
  }
}

# --- Prometheus ------------------------------------------------------------------------------------------------------

module "prometheus" {
  source = "../service"

  permissions_boundary_arn = var.permissions_boundary_arn

  name                  = var.name
  service               = "prometheus"
  plant                 = var.plant
  cluster               = local.cluster
  subnet_ids            = var.private_subnet_ids
  security_group_ids    = [var.security_group_ids["prometheus"]]
  assign_public_ip      = var.assign_public_ip
  architecture          = var.architecture
  cpu                   = local.sizes["prometheus"].cpu
  memory                = local.sizes["prometheus"].memory
  ephemeral_storage_gib = var.prometheus.disk_gib
  logs_key_arn          = var.key_arns["logs"]
  log_retention_days    = var.log_retention_days
  discovery             = { namespace_id = aws_service_discovery_private_dns_namespace.this.id }
  desired_count         = var.prometheus.replicas
  # One after the other: of two there may be a third, so that one with a past goes on watching while a new one begins.
  deployment = { minimum_healthy_percent = 100, maximum_percent = var.prometheus.replicas > 1 ? 150 : 200 }

  task_policy_json = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteHistory"
      Effect   = "Allow"
      Action   = ["aps:RemoteWrite"]
      Resource = [aws_prometheus_workspace.this.arn]
    }]
  })

  load_balancer = !contains(keys(var.target_group_arns), "prometheus") ? null : {
    target_group_arn = var.target_group_arns["prometheus"]
    container        = "prometheus"
    port             = 9090
  }

  volumes = { configuration = {}, data = {} }

  containers = {
    init-prometheus = {
      image     = var.images["init"]
      essential = false
      mounts    = { configuration = { path = "/identities" } }
      environment = merge(local.aws, {
        INIT_SHARDS     = "none"
        INIT_TARGET_DIR = "/identities"
        INIT_FILES      = jsonencode({ "prometheus.yml" = file("${local.configurations}/prometheus/prometheus.yml") })
        INIT_VALUES = jsonencode({
          plant         = var.plant
          region        = local.region
          history       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/remote_write"
          history_names = var.prometheus.history
        })
      })
    }

    prometheus = {
      image        = var.images["prometheus"]
      depends_on   = { init-prometheus = "SUCCESS" }
      ports        = [{ port = 9090 }]
      environment  = local.aws
      stop_timeout = 60 # it writes down what it has in memory
      mounts = {
        configuration = { path = "/configuration", read_only = true }
        data          = { path = "/data" }
      }
      command = [
        "--config.file=/configuration/files/prometheus.yml",
        "--storage.tsdb.path=/data",
        "--storage.tsdb.retention.time=${var.prometheus.kept_days}d",
        # A full disk would be the end of it; a quarter is left for compaction and the log of what is not yet compacted.
        "--storage.tsdb.retention.size=${floor(var.prometheus.disk_gib * 0.75)}GB",
        "--web.listen-address=0.0.0.0:9090",
        "--web.external-url=${var.url}/prometheus/",
        "--web.route-prefix=/prometheus/",
        "--log.format=json",
      ]
      health_check = { command = ["/bin/promtool", "query", "instant", "http://127.0.0.1:9090/prometheus", "vector(1)"] }
    }
  }
}

# --- Alertmanager ----------------------------------------------------------------------------------------------------

module "alertmanager" {
  source = "../service"

  permissions_boundary_arn = var.permissions_boundary_arn

  name               = var.name
  service            = "alertmanager"
  plant              = var.plant
  cluster            = local.cluster
  subnet_ids         = var.private_subnet_ids
  security_group_ids = [var.security_group_ids["alertmanager"]]
  assign_public_ip   = var.assign_public_ip
  architecture       = var.architecture
  cpu                = local.sizes["alertmanager"].cpu
  memory             = local.sizes["alertmanager"].memory
  logs_key_arn       = var.key_arns["logs"]
  log_retention_days = var.log_retention_days
  discovery          = { namespace_id = aws_service_discovery_private_dns_namespace.this.id }
  desired_count      = var.alertmanager.replicas
  # Silences live in the mesh alone: somebody who knows them must always be there.
  deployment = { minimum_healthy_percent = 100, maximum_percent = 200 }

  # The same as `init-mail` of factory/provision/policies.py, and the secret's key.
  task_policy_json = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadMailAccount"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [var.secret_arns["smtp"]]
      },
      {
        Sid       = "DecryptMailAccount"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [var.key_arns["secrets"]]
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
      },
    ]
  })

  load_balancer = !contains(keys(var.target_group_arns), "alertmanager") ? null : {
    target_group_arn = var.target_group_arns["alertmanager"]
    container        = "alertmanager"
    port             = 9093
  }

  volumes = { configuration = {}, data = {} }

  containers = {
    init-mail = {
      image     = var.images["init"]
      essential = false
      mounts    = { configuration = { path = "/identities" } }
      environment = merge(local.aws, {
        INIT_SHARDS     = "none"
        INIT_SECRET_ID  = "smart-factory/${var.plant}/smtp"
        INIT_TARGET_DIR = "/identities"
        INIT_FILES = jsonencode({
          "alertmanager.yml" = file("${local.configurations}/alertmanager/alertmanager.yml")
          smtp_password      = "$${secret.password}"
        })
      })
    }

    alertmanager = {
      image      = var.images["alertmanager"]
      depends_on = { init-mail = "SUCCESS" }
      ports      = [{ port = 9093 }, { port = 9094 }, { port = 9094, protocol = "udp" }]
      mounts = {
        configuration = { path = "/configuration", read_only = true }
        data          = { path = "/data" }
      }
      command = [
        "--config.file=/configuration/files/alertmanager.yml",
        "--storage.path=/data",
        "--web.listen-address=0.0.0.0:9093",
        "--web.external-url=${var.url}/alertmanager/",
        "--web.route-prefix=/alertmanager/",
        # Peers are all addresses of this name; it is looked up again while a peer is missing.
        "--cluster.listen-address=0.0.0.0:9094",
        "--cluster.peer=alertmanager.factory.internal:9094",
        "--log.format=json",
      ]
      health_check = { command = ["/bin/amtool", "--alertmanager.url=http://127.0.0.1:9093/alertmanager", "cluster", "show"] }
    }
  }
}

# ======================================================================================================================
# Grafana
# ======================================================================================================================
#
# Grafana, whose own data lie on EFS or in a database; its dashboards and data sources are in the image.

locals {
  on_efs   = var.grafana.database == null
  efs_name = "${var.name}-grafana"

  # AWS knows no resource for these: metrics and alarms have no ARN that could be named when they are read.
  cloudwatch_reads = [
    "cloudwatch:DescribeAlarms",
    "cloudwatch:DescribeAlarmsForMetric",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
  ]

  grafana_statements = [
    {
      Sid      = "ReadMetrics"
      Effect   = "Allow"
      Action   = local.cloudwatch_reads
      Resource = ["*"]
    },
    {
      Sid      = "ReadHistory"
      Effect   = "Allow"
      Action   = ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"]
      Resource = [aws_prometheus_workspace.this.arn]
    },
  ]
  grafana_efs_statements = [
    for access_point in aws_efs_access_point.grafana : {
      Sid       = "MountOwnFiles"
      Effect    = "Allow"
      Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Resource  = [aws_efs_file_system.grafana[0].arn]
      Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = access_point.arn } }
    }
  ]

  grafana_database = local.on_efs ? {} : {
    GF_DATABASE_TYPE     = "postgres"
    GF_DATABASE_HOST     = var.grafana.database.host
    GF_DATABASE_NAME     = var.grafana.database.name
    GF_DATABASE_USER     = var.grafana.database.user
    GF_DATABASE_SSL_MODE = "require"
    GF_PATHS_DATA        = "/tmp"
    GF_PATHS_PLUGINS     = "/tmp/plugins"
  }
}

# --- Its files -------------------------------------------------------------------------------------------------------

resource "aws_efs_file_system" "grafana" {
  count = local.on_efs ? 1 : 0

  creation_token = local.efs_name
  encrypted      = true
  # Sessions and the hashes of passwords lie here.
  kms_key_id = var.key_arns["secrets"]

  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }

  tags = { Name = local.efs_name }
}

resource "aws_efs_backup_policy" "grafana" {
  count = local.on_efs ? 1 : 0

  file_system_id = aws_efs_file_system.grafana[0].id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "grafana" {
  count = local.on_efs ? length(var.private_subnet_ids) : 0

  file_system_id  = aws_efs_file_system.grafana[0].id
  subnet_id       = var.private_subnet_ids[count.index]
  security_groups = [var.security_group_ids["efs"]]
}

# Whoever mounts by this point is user 10001, and sees nothing but this directory.
resource "aws_efs_access_point" "grafana" {
  count = local.on_efs ? 1 : 0

  file_system_id = aws_efs_file_system.grafana[0].id

  posix_user {
    uid = 10001
    gid = 10001
  }

  root_directory {
    path = "/grafana"

    creation_info {
      owner_uid   = 10001
      owner_gid   = 10001
      permissions = "0700"
    }
  }
}

resource "aws_efs_file_system_policy" "grafana" {
  count = local.on_efs ? 1 : 0

  file_system_id = aws_efs_file_system.grafana[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"]
        Principal = { AWS = "*" }
        Resource  = aws_efs_file_system.grafana[0].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "GrafanaAlone"
        Effect    = "Allow"
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Resource  = aws_efs_file_system.grafana[0].arn
        Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = aws_efs_access_point.grafana[0].arn } }
      },
    ]
  })
}

# --- The service -----------------------------------------------------------------------------------------------------

module "grafana" {
  source = "../service"

  permissions_boundary_arn = var.permissions_boundary_arn

  name               = var.name
  service            = "grafana"
  plant              = var.plant
  cluster            = local.cluster
  subnet_ids         = local.on_efs ? aws_efs_mount_target.grafana[*].subnet_id : var.private_subnet_ids
  security_group_ids = [var.security_group_ids["grafana"]]
  assign_public_ip   = var.assign_public_ip
  architecture       = var.architecture
  cpu                = local.sizes["grafana"].cpu
  memory             = local.sizes["grafana"].memory
  secrets_key_arn    = var.key_arns["secrets"]
  logs_key_arn       = var.key_arns["logs"]
  log_retention_days = var.log_retention_days
  discovery          = { namespace_id = aws_service_discovery_private_dns_namespace.this.id }
  desired_count      = var.grafana.replicas
  # On EFS the old task ends before the new one opens the file: two writers spoil SQLite on NFS.
  deployment = local.on_efs ? { minimum_healthy_percent = 0, maximum_percent = 100 } : { minimum_healthy_percent = 100, maximum_percent = 200 }

  task_policy_json = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.grafana_statements, local.grafana_efs_statements)
  })

  load_balancer = !contains(keys(var.target_group_arns), "grafana") ? null : {
    target_group_arn     = var.target_group_arns["grafana"]
    container            = "grafana"
    port                 = 3000
    grace_period_seconds = 300
  }

  volumes = {
    data = {
      efs = one([for point in aws_efs_access_point.grafana : { file_system_id = point.file_system_id, access_point_id = point.id }])
    }
  }

  containers = {
    grafana = {
      image = var.images["grafana"]
      ports = [{ port = 3000 }]
      # Beside a database only plugins and caches are left for the directory, and these may die with the task. They are in /tmp:
      # in memory a directory of the image keeps its mode and becomes root's.
      mounts = local.on_efs ? { data = { path = "/var/lib/grafana" } } : {}
      tmpfs  = { "/tmp" = local.on_efs ? 64 : 192 }
      environment = merge(local.aws, local.grafana_database, {
        GF_PATHS_CONFIG            = "/etc/grafana/aws/grafana.ini"
        GF_PATHS_PROVISIONING      = "/etc/grafana/aws/provisioning"
        GF_SERVER_ROOT_URL         = "${var.url}/grafana/"
        GF_AUTH_ANONYMOUS_ENABLED  = tostring(var.grafana.anonymous)
        GF_AUTH_SIGV4_AUTH_ENABLED = "true"
        FACTORY_HISTORY            = trimsuffix(aws_prometheus_workspace.this.prometheus_endpoint, "/")
      })
      secrets = merge(
        {
          GF_SECURITY_ADMIN_PASSWORD = var.secret_arns["grafana_admin"]
          FACTORY_SMTP_HOST          = "${var.secret_arns["smtp"]}:host::"
          FACTORY_SMTP_PORT          = "${var.secret_arns["smtp"]}:port::"
          FACTORY_SMTP_RECIPIENT     = "${var.secret_arns["smtp"]}:recipient::"
          GF_SMTP_USER               = "${var.secret_arns["smtp"]}:username::"
          GF_SMTP_PASSWORD           = "${var.secret_arns["smtp"]}:password::"
          GF_SMTP_FROM_ADDRESS       = "${var.secret_arns["smtp"]}:sender::"
        },
        local.on_efs ? {} : { GF_DATABASE_PASSWORD = var.grafana.database.password_secret_arn },
      )
      health_check = { command = ["wget", "--quiet", "--output-document=/dev/null", "--timeout=4", "http://127.0.0.1:3000/api/health"] }
    }
  }
}

# ======================================================================================================================
# Models: what judges machines, and what learns to
# ======================================================================================================================
#
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

  permissions_boundary_arn = var.permissions_boundary_arn

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
  discovery          = { namespace_id = aws_service_discovery_private_dns_namespace.this.id }
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
        VERDICTS_SETTLE_SECONDS         = "360"
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

  permissions_boundary_arn = var.permissions_boundary_arn

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

resource "aws_iam_role" "schedule" {
  count = length(module.training)

  name        = "${var.name}-training-schedule"
  description = "Starts the training of ${var.name}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        # By its group: Scheduler tells no single schedule when it takes a role on.
        ArnEquals = { "aws:SourceArn" = "arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule-group/default" }
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
        # The task takes on the tags of its definition; ECS asks for the right to tag as well.
        Sid       = "TagTraining"
        Effect    = "Allow"
        Action    = ["ecs:TagResource"]
        Resource  = ["arn:${local.partition}:ecs:${local.region}:${local.account}:task/${var.name}/*"]
        Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
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
  #checkov:skip=CKV_AWS_297:it says which task runs when and where, and nothing secret; Scheduler encrypts it under its own key
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
