# A Fargate service as all of the factory's are: two roles, a read-only file system, a numbered user, nothing as root.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  full_name = "${var.name}-${var.service}"

  # Images of this partition's ECR, by the ARN of their repository; others need no right to be pulled.
  repository_arns = distinct([
    for found in flatten([
      for one in values(var.containers) :
      regexall("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<name>[^:@]+)", one.image)
    ]) : "arn:${local.partition}:ecr:${found.region}:${found.account}:repository/${found.name}"
  ])
  # `ARN:FIELD::` names one field of a JSON secret: the right is to the whole of it.
  secret_arns = distinct(flatten([
    for one in values(var.containers) : [for arn in values(one.secrets) : join(":", slice(split(":", arn), 0, 7))]
  ]))

  container_definitions = [
    for name, one in var.containers : merge(
      {
        name                   = name
        image                  = one.image
        essential              = one.essential
        user                   = "10001:10001"
        readonlyRootFilesystem = true
        privileged             = false
        environment            = [for key, value in one.environment : { name = key, value = value }]
        secrets                = [for key, arn in one.secrets : { name = key, valueFrom = arn }]
        portMappings           = [for each in one.ports : { containerPort = each.port, hostPort = each.port, protocol = each.protocol }]
        mountPoints            = [for volume, mount in one.mounts : { sourceVolume = volume, containerPath = mount.path, readOnly = mount.read_only }]
        dependsOn              = [for container, condition in one.depends_on : { containerName = container, condition = condition }]
        stopTimeout            = one.stop_timeout
        linuxParameters = {
          initProcessEnabled = false
          # ECS answers with an empty `add`; without it here each plan would make the definition anew, and start every task.
          capabilities = { add = [], drop = ["ALL"] }
          tmpfs        = [for path, size in one.tmpfs : { containerPath = path, size = size, mountOptions = ["nosuid", "nodev"] }]
        }
        logConfiguration = {
          logDriver = "awslogs"
          options = {
            awslogs-group         = aws_cloudwatch_log_group.this.name
            awslogs-region        = local.region
            awslogs-stream-prefix = name
            # A log that cannot be written must not stop a program; what does not fit is dropped, oldest first.
            mode            = "non-blocking"
            max-buffer-size = "4m"
          }
        }
      },
      one.command == null ? {} : { command = one.command },
      one.health_check == null ? {} : {
        healthCheck = {
          command     = concat(["CMD"], one.health_check.command)
          interval    = one.health_check.interval
          timeout     = one.health_check.timeout
          retries     = one.health_check.retries
          startPeriod = one.health_check.start_period
        }
      },
    )
  ]
}

# --- Logs ------------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "this" {
  name              = "/smart-factory/${var.plant}/${var.service}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

# --- Roles: one pulls the image and injects secrets, the other is what the programs are ------------------------------

locals {
  # Only tasks of this account: ECS must not be talked into taking on our roles for somebody else.
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account}:*" }
      }
    }]
  })

  execution_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in [
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/smart-factory/${var.plant}/${var.service}:*"]
      },
      {
        # AWS knows no resource for it: a token is for the whole registry, and pulls only what the next statement names.
        Sid      = "LogInToRegistry"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = length(local.repository_arns) > 0 ? ["*"] : []
      },
      {
        Sid      = "PullImages"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = local.repository_arns
      },
      {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = local.secret_arns
      },
      {
        Sid       = "DecryptSecrets"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [for arn in compact([var.secrets_key_arn]) : arn if length(local.secret_arns) > 0]
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
      },
    ] : statement if length(statement.Resource) > 0]
  })
}

resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  description          = "Pulls the images of ${local.full_name}, injects its secrets and writes its logs"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "execution" {
  name   = "execution"
  role   = aws_iam_role.execution.name
  policy = local.execution_policy
}

resource "aws_iam_role" "task" {
  name                 = "${local.full_name}-task"
  description          = "What the programs of ${local.full_name} may do"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "task" {
  count = var.task_policy_json == null ? 0 : 1

  name   = "task"
  role   = aws_iam_role.task.name
  policy = var.task_policy_json
}

# --- Task ------------------------------------------------------------------------------------------------------------

resource "aws_ecs_task_definition" "this" {
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.cpu)
  memory                   = tostring(var.memory)
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode(local.container_definitions)
  # The breaker rolls back to the definition before: deregistered, it could not be started again. They cost nothing.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_gib == null ? [] : [var.ephemeral_storage_gib]

    content {
      size_in_gib = ephemeral_storage.value
    }
  }

  dynamic "volume" {
    for_each = var.volumes

    content {
      name = volume.key

      dynamic "efs_volume_configuration" {
        for_each = volume.value.efs == null ? [] : [volume.value.efs]

        content {
          file_system_id     = efs_volume_configuration.value.file_system_id
          transit_encryption = "ENABLED"

          authorization_config {
            access_point_id = efs_volume_configuration.value.access_point_id
            iam             = "ENABLED"
          }
        }
      }
    }
  }
}

# --- Found under SERVICE.factory.internal ----------------------------------------------------------------------------

resource "aws_service_discovery_service" "this" {
  count = var.kind == "service" && var.discovery != null ? 1 : 0

  name        = var.service
  description = "Tasks of ${local.full_name} that are healthy"
  # ECS takes its tasks out when it gets round to it, and AWS deletes no service with an entry.
  force_destroy = true

  dns_config {
    namespace_id   = var.discovery.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = var.discovery.ttl
    }
  }

  # ECS tells Cloud Map what its health checks found; without this block whatever runs would be an answer.
  health_check_custom_config {
    failure_threshold = 1
  }

  lifecycle {
    # AWS fixes it at 1 and the provider is about to forget it: neither shall replace the service.
    ignore_changes = [health_check_custom_config]
  }
}

# --- Service ---------------------------------------------------------------------------------------------------------

locals {
  # Fargate takes the base, and of what is beyond it the rest of Spot's hundred. A weight of 0 would still be an entry that
  # AWS checks, so that Spot is left out where it has none.
  capacity = concat(
    [{ provider = "FARGATE", base = var.spot.base, weight = 100 - var.spot.weight }],
    var.spot.weight == 0 ? [] : [{ provider = "FARGATE_SPOT", base = 0, weight = var.spot.weight }],
  )
  # Tasks are moved between zones only where a new one may run before the old one ends.
  rebalancing = var.deployment.maximum_percent > 100 ? "ENABLED" : "DISABLED"
}

# The same service twice, and only one of them is made: what Terraform is to ignore cannot hang on a variable, and the number
# of tasks is autoscaling's where there is autoscaling, and ours where there is none.
resource "aws_ecs_service" "fixed" {
  count = var.kind == "service" && var.autoscaling == null ? 1 : 0

  name                               = local.full_name
  cluster                            = var.cluster.arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.desired_count
  platform_version                   = "1.4.0"
  deployment_minimum_healthy_percent = var.deployment.minimum_healthy_percent
  deployment_maximum_percent         = var.deployment.maximum_percent
  availability_zone_rebalancing      = local.rebalancing
  enable_ecs_managed_tags            = true
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  health_check_grace_period_seconds  = try(var.load_balancer.grace_period_seconds, null)

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = var.security_group_ids
    assign_public_ip = var.assign_public_ip
  }

  dynamic "capacity_provider_strategy" {
    for_each = local.capacity

    content {
      capacity_provider = capacity_provider_strategy.value.provider
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  dynamic "load_balancer" {
    for_each = var.load_balancer == null ? [] : [var.load_balancer]

    content {
      target_group_arn = load_balancer.value.target_group_arn
      container_name   = load_balancer.value.container
      container_port   = load_balancer.value.port
    }
  }

  dynamic "service_registries" {
    for_each = aws_service_discovery_service.this

    content {
      registry_arn = service_registries.value.arn
    }
  }

  # A task that starts before its role may do anything ends with "access denied", and the breaker counts it.
  depends_on = [aws_iam_role_policy.execution, aws_iam_role_policy.task]
}

resource "aws_ecs_service" "scaled" {
  count = var.kind == "service" && var.autoscaling != null ? 1 : 0

  name                               = local.full_name
  cluster                            = var.cluster.arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = max(var.desired_count, var.autoscaling.minimum)
  platform_version                   = "1.4.0"
  deployment_minimum_healthy_percent = var.deployment.minimum_healthy_percent
  deployment_maximum_percent         = var.deployment.maximum_percent
  availability_zone_rebalancing      = local.rebalancing
  enable_ecs_managed_tags            = true
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  health_check_grace_period_seconds  = try(var.load_balancer.grace_period_seconds, null)

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = var.security_group_ids
    assign_public_ip = var.assign_public_ip
  }

  dynamic "capacity_provider_strategy" {
    for_each = local.capacity

    content {
      capacity_provider = capacity_provider_strategy.value.provider
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  dynamic "load_balancer" {
    for_each = var.load_balancer == null ? [] : [var.load_balancer]

    content {
      target_group_arn = load_balancer.value.target_group_arn
      container_name   = load_balancer.value.container
      container_port   = load_balancer.value.port
    }
  }

  dynamic "service_registries" {
    for_each = aws_service_discovery_service.this

    content {
      registry_arn = service_registries.value.arn
    }
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_iam_role_policy.execution, aws_iam_role_policy.task]
}

# --- Autoscaling -----------------------------------------------------------------------------------------------------

resource "aws_appautoscaling_target" "this" {
  count = length(aws_ecs_service.scaled)

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster.name}/${aws_ecs_service.scaled[0].name}"
  min_capacity       = var.autoscaling.minimum
  max_capacity       = var.autoscaling.maximum
}

resource "aws_appautoscaling_policy" "cpu" {
  count = try(var.autoscaling.cpu_percent, null) == null ? 0 : length(aws_ecs_service.scaled)

  name               = "${local.full_name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.autoscaling.cpu_percent
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "metric" {
  for_each = var.kind == "service" && var.autoscaling != null ? var.autoscaling.metrics : {}

  name               = "${local.full_name}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    customized_metric_specification {
      namespace   = each.value.namespace
      metric_name = each.value.name
      statistic   = each.value.statistic

      dynamic "dimensions" {
        for_each = each.value.dimensions

        content {
          name  = dimensions.key
          value = dimensions.value
        }
      }
    }
  }
}
