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
  namespace_id          = aws_service_discovery_private_dns_namespace.this.id
  desired_count         = var.prometheus.replicas
  # One after the other: the second goes on watching while the first begins with an empty disk.
  deployment = { minimum_healthy_percent = var.prometheus.replicas > 1 ? 50 : 100, maximum_percent = 200 }

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
      environment = {
        INIT_SHARDS     = "none"
        INIT_TARGET_DIR = "/identities"
        INIT_FILES      = jsonencode({ "prometheus.yml" = file("${local.configurations}/prometheus/prometheus.yml") })
        INIT_VALUES = jsonencode({
          plant         = var.plant
          region        = local.region
          history       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/remote_write"
          history_names = var.prometheus.history
        })
      }
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
  namespace_id       = aws_service_discovery_private_dns_namespace.this.id
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
