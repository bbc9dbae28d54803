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
    GF_DATABASE_TYPE     = var.grafana.database.type
    GF_DATABASE_HOST     = var.grafana.database.host
    GF_DATABASE_NAME     = var.grafana.database.name
    GF_DATABASE_USER     = var.grafana.database.user
    GF_DATABASE_SSL_MODE = var.grafana.database.type == "postgres" ? "require" : "true"
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
  namespace_id       = aws_service_discovery_private_dns_namespace.this.id
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
    grace_period_seconds = 120
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
      # Of a database only plugins and caches are left for the directory, and these may die with the task: then it is in memory.
      mounts = local.on_efs ? { data = { path = "/var/lib/grafana" } } : {}
      tmpfs  = local.on_efs ? { "/tmp" = 64 } : { "/tmp" = 64, "/var/lib/grafana" = 128 }
      environment = merge(local.aws, local.grafana_database, {
        GF_PATHS_CONFIG            = "/etc/grafana/aws/grafana.ini"
        GF_PATHS_PROVISIONING      = "/etc/grafana/aws/provisioning"
        GF_SERVER_ROOT_URL         = "${var.url}/grafana/"
        GF_AUTH_ANONYMOUS_ENABLED  = tostring(var.grafana.anonymous)
        GF_AUTH_SIGV4_AUTH_ENABLED = "true"
        FACTORY_HISTORY            = trimsuffix(aws_prometheus_workspace.this.prometheus_endpoint, "/")
        FACTORY_PLANT              = var.plant
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
