# What runs, in which order, with which rights.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name               = "smart-factory-plant1"
  plant              = "plant1"
  vpc_id             = "vpc-0123456789abcdef0"
  private_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  security_group_ids = { simulator = "sg-1", prometheus = "sg-2", alertmanager = "sg-3", grafana = "sg-4", verdicts = "sg-5", efs = "sg-6", load_balancer = "sg-7" }
  leases_table_name  = "smart-factory-plant1-leases"
  iot_data_endpoint  = "a1b2c3-ats.iot.eu-central-1.amazonaws.com"
  url                = "https://factory.example.com"

  images = {
    simulator    = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/simulator:0.1.0"
    init         = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/init:0.1.0"
    maintenance  = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/maintenance:0.1.0"
    prometheus   = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/prometheus:0.1.0"
    alertmanager = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/alertmanager:0.1.0"
    grafana      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/grafana:0.1.0"
    local-aws    = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/local-aws:0.1.0"
  }

  key_arns = {
    identities = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000001"
    lake       = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000002"
    models     = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000003"
    secrets    = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000004"
    logs       = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000005"
    truth      = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000006"
  }

  secret_arns = {
    smtp          = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf"
    grafana_admin = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/grafana-admin-AbCdEf"
  }

  bucket_names = {
    lake       = "smart-factory-plant1-lake-111122223333"
    identities = "smart-factory-plant1-identities-111122223333"
    models     = "smart-factory-plant1-models-111122223333"
    truth      = "smart-factory-plant1-truth-111122223333"
  }
}

run "what_runs_runs_in_order_and_with_its_own_rights" {
  command = plan

  # The plant waits for its identities.
  assert {
    condition     = [for one in jsondecode(module.simulator.container_definitions) : one.dependsOn if one.name == "simulator"][0] == [{ condition = "SUCCESS", containerName = "init-simulator" }]
    error_message = "The init container must have ended with success before the simulator starts."
  }

  # Every program with an init container waits for it.
  assert {
    condition = alltrue([
      for definitions in [module.simulator, module.prometheus, module.alertmanager, module.verdicts] :
      length([for one in jsondecode(definitions.container_definitions) : one if one.essential && try(one.dependsOn[0].condition, "") == "SUCCESS"]) == 1
    ])
    error_message = "A program that reads what an init container lays down must wait for its success."
  }

  # Services have names that other modules put together.
  assert {
    condition     = output.service_names == { simulator = "smart-factory-plant1-simulator", prometheus = "smart-factory-plant1-prometheus", alertmanager = "smart-factory-plant1-alertmanager", grafana = "smart-factory-plant1-grafana", verdicts = "smart-factory-plant1-verdicts" }
    error_message = "The five services must be there, under names that the other modules can put together."
  }

  # Alertmanagers find one another.
  assert {
    condition = length(setsubtract(
      ["--cluster.listen-address=0.0.0.0:9094", "--cluster.peer=alertmanager.factory.internal:9094"],
      [for one in jsondecode(module.alertmanager.container_definitions) : one.command if one.name == "alertmanager"][0]
    )) == 0
    error_message = "Alertmanagers must be meshed on 9094, found by their name."
  }

  assert {
    condition     = [for one in jsondecode(module.alertmanager.container_definitions) : [for port in one.portMappings : "${port.containerPort} ${port.protocol}"] if one.name == "alertmanager"][0] == ["9093 tcp", "9094 tcp", "9094 udp"]
    error_message = "The mesh speaks TCP and UDP."
  }

  # Prometheus has a disk of its own and a history elsewhere.
  assert {
    condition     = [for one in jsondecode(module.prometheus.container_definitions) : [for mount in one.mountPoints : mount.sourceVolume if mount.containerPath == "/data"] if one.name == "prometheus"][0] == ["data"]
    error_message = "Prometheus must write to a volume of its task."
  }

  assert {
    condition     = jsondecode(one([for setting in jsondecode(module.prometheus.container_definitions)[0].environment : setting.value if setting.name == "INIT_VALUES"])).history == "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-0123456789abcdef/api/v1/remote_write"
    error_message = "Prometheus must be told where its history goes."
  }

  assert {
    condition     = aws_prometheus_workspace.this.kms_key_arn == var.key_arns["lake"]
    error_message = "The history must be encrypted under a key of ours."
  }

  assert {
    condition     = alltrue([for group in [aws_cloudwatch_log_group.history, aws_cloudwatch_log_group.insights[0]] : group.kms_key_id == var.key_arns["logs"] && group.retention_in_days == 30]) && length(aws_prometheus_workspace.this.logging_configuration) == 1
    error_message = "What the history and the cluster tell must be logged, encrypted and for a time."
  }

  # No password stands in a task definition.
  assert {
    condition = toset(flatten([for one in jsondecode(module.grafana.container_definitions) : [for secret in one.secrets : secret.name]])) == toset([
      "GF_SECURITY_ADMIN_PASSWORD", "GF_SMTP_USER", "GF_SMTP_PASSWORD", "GF_SMTP_FROM_ADDRESS", "FACTORY_SMTP_HOST", "FACTORY_SMTP_PORT", "FACTORY_SMTP_RECIPIENT",
    ])
    error_message = "Grafana's passwords and its mail account must come from secrets."
  }

  assert {
    condition     = jsondecode(one([for setting in flatten([for one in jsondecode(module.alertmanager.container_definitions) : one.environment if one.name == "init-mail"]) : setting.value if setting.name == "INIT_FILES"])).smtp_password == "$${secret.password}"
    error_message = "Alertmanager's password must be filled in from the secret when the task starts."
  }

  # Grafana is alone on its encrypted files.
  assert {
    condition     = aws_efs_file_system.grafana[0].encrypted && aws_efs_file_system.grafana[0].kms_key_id == var.key_arns["secrets"] && aws_efs_access_point.grafana[0].posix_user[0].uid == 10001
    error_message = "Grafana's files must be encrypted, and mounted as user 10001."
  }

  assert {
    condition = { for one in jsondecode(aws_efs_file_system_policy.grafana[0].policy).Statement : one.Sid => [one.Effect, one.Principal, one.Action, one.Condition] } == {
      TlsOnly = ["Deny", { AWS = "*" }, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"], { Bool = { "aws:SecureTransport" = "false" } }]
      GrafanaAlone = [
        "Allow", { AWS = "arn:aws:iam::111122223333:root" }, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        { StringEquals = { "elasticfilesystem:AccessPointArn" = aws_efs_access_point.grafana[0].arn } },
      ]
    }
    error_message = "Nobody may mount without TLS, by another way than the access point, or as root."
  }

  assert {
    condition     = alltrue([for target in aws_efs_mount_target.grafana : target.security_groups == toset(["sg-6"])]) && length(aws_efs_mount_target.grafana) == 2 && aws_efs_backup_policy.grafana[0].backup_policy[0].status == "ENABLED"
    error_message = "Grafana's files must be reached through their security group in each zone, and be backed up."
  }

  # Simulators tell what they are scaled by.
  assert {
    condition     = aws_cloudwatch_log_metric_filter.simulator["SimulatorMachines"].metric_transformation[0].value == "$.machines" && aws_cloudwatch_log_metric_filter.simulator["SimulatorOldestUnansweredSeconds"].metric_transformation[0].value == "$.oldest_unanswered_s"
    error_message = "Machines and publish lag must become metrics."
  }

  # Nothing is trained unless asked for.
  assert {
    condition     = length(module.training) == 0 && length(aws_scheduler_schedule.training) == 0
    error_message = "Training costs money: it must be asked for."
  }
}

run "a_database_takes_the_place_of_the_files" {
  command = plan

  variables {
    grafana = {
      replicas = 2
      database = { host = "db.example.com:5432", name = "grafana", user = "grafana", password_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf" }
    }
  }

  assert {
    condition     = length(aws_efs_file_system.grafana) == 0 && length(aws_efs_mount_target.grafana) == 0
    error_message = "With a database there must be no file system."
  }

  assert {
    condition     = contains([for secret in jsondecode(module.grafana.container_definitions)[0].secrets : secret.name], "GF_DATABASE_PASSWORD")
    error_message = "The database's password must come from its secret."
  }

  # Directories of the image belong to root once memory is laid over them; /tmp alone is everybody's.
  assert {
    condition = (
      [for one in jsondecode(module.grafana.container_definitions)[0].linuxParameters.tmpfs : one.containerPath] == ["/tmp"]
      && alltrue([for name in ["GF_PATHS_DATA", "GF_PATHS_PLUGINS"] : startswith(one([for pair in jsondecode(module.grafana.container_definitions)[0].environment : pair.value if pair.name == name]), "/tmp")])
    )
    error_message = "Grafana could not write: ${module.grafana.container_definitions}"
  }
}

run "models_are_trained_each_week_one_after_the_other" {
  command = plan

  variables {
    training           = {}
    log_retention_days = 60
  }

  assert {
    condition     = aws_scheduler_schedule.training[0].schedule_expression == "cron(0 3 ? * SUN *)" && one(aws_scheduler_schedule.training[0].target[0].ecs_parameters[0].capacity_provider_strategy).capacity_provider == "FARGATE_SPOT"
    error_message = "Each Sunday night, on Spot."
  }

  assert {
    condition     = [for one in jsondecode(module.training[0].container_definitions) : one.dependsOn if one.name == "train-plant"][0] == [{ condition = "SUCCESS", containerName = "train-fleet" }]
    error_message = "The plant's models must wait for the fleet's."
  }

  assert {
    condition = jsondecode(aws_iam_role.schedule[0].assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:scheduler:eu-central-1:111122223333:schedule-group/default" }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    }]
    error_message = "Scheduler takes on a role by the ARN of the schedule's group; another is refused."
  }

  assert {
    condition = { for one in jsondecode(aws_iam_role_policy.schedule[0].policy).Statement : one.Sid => [one.Action, one.Resource, one.Condition] } == {
      StartTraining = [["ecs:RunTask"], ["arn:aws:ecs:eu-central-1:111122223333:task-definition/smart-factory-plant1-training:*"], { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.this.arn } }]
      TagTraining   = [["ecs:TagResource"], ["arn:aws:ecs:eu-central-1:111122223333:task/smart-factory-plant1/*"], { StringEquals = { "ecs:CreateAction" = "RunTask" } }]
      HandOverRoles = [["iam:PassRole"], [module.training[0].task_role_arn, module.training[0].execution_role_arn], { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }]
    }
    error_message = "The training may be started on this cluster, its roles be handed to tasks, and nothing else: ${aws_iam_role_policy.schedule[0].policy}"
  }

  assert {
    condition     = aws_scheduler_schedule.training[0].state == "ENABLED" && one(aws_scheduler_schedule.training[0].target[0].retry_policy).maximum_retry_attempts == 2 && one(aws_scheduler_schedule.training[0].target[0].ecs_parameters[0].network_configuration).security_groups == toset(["sg-5"]) && one(aws_scheduler_schedule.training[0].target[0].ecs_parameters[0].network_configuration).assign_public_ip == false && one(aws_scheduler_schedule.training[0].target[0].ecs_parameters).platform_version == "1.4.0"
    error_message = "The schedule must be on, try again, and start its task where the verdict job runs, on the platform of the services."
  }
}
