# What a task is: its containers, its two roles, its log.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name               = "smart-factory-plant1"
  service            = "simulator"
  plant              = "plant1"
  cluster            = { name = "smart-factory-plant1", arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/smart-factory-plant1" }
  subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  security_group_ids = ["sg-0123456789abcdef0"]
  logs_key_arn       = "arn:aws:kms:eu-central-1:111122223333:key/99999999-2222-3333-4444-555555555555"
  secrets_key_arn    = "arn:aws:kms:eu-central-1:111122223333:key/88888888-2222-3333-4444-555555555555"
  volumes            = { shared = {} }

  containers = {
    first = {
      image     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/init:0.1.0"
      essential = false
      mounts    = { shared = { path = "/identities" } }
    }
    main = {
      image        = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/simulator:0.1.0"
      depends_on   = { first = "SUCCESS" }
      environment  = { B = "2", A = "1" }
      secrets      = { PASSWORD = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf:password::" }
      ports        = [{ port = 9100 }]
      mounts       = { shared = { path = "/identities", read_only = true } }
      health_check = { command = ["/bin/true"] }
      stop_timeout = 90
      tmpfs        = { "/tmp" = 64 }
    }
  }
}

run "a_task_is_closed_and_ordered" {
  command = plan

  # No container is root or writes its image.
  assert {
    condition = alltrue([
      for one in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      one.readonlyRootFilesystem && one.user == "10001:10001" && !one.privileged && one.linuxParameters.capabilities.drop == ["ALL"] && length(one.linuxParameters.capabilities.add) == 0
    ])
    error_message = "Each container must be user 10001 on a read-only file system without capabilities."
  }

  # What is written into memory is no way to run a program, or to become root.
  assert {
    condition     = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.linuxParameters.tmpfs if one.name == "main"][0] == [{ containerPath = "/tmp", size = 64, mountOptions = ["nosuid", "nodev"] }]
    error_message = "A file system in memory must take no devices and no programs of another user."
  }

  assert {
    condition     = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : [one.stopTimeout, one.healthCheck.command, one.linuxParameters.initProcessEnabled] if one.name == "main"] == [[90, ["CMD", "/bin/true"], false]]
    error_message = "The program must be asked for its health, and be given its time to end."
  }

  # What comes first comes first.
  assert {
    condition     = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.dependsOn if one.name == "main"][0] == [{ condition = "SUCCESS", containerName = "first" }]
    error_message = "The program must wait until the init container has ended with success."
  }

  assert {
    condition     = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.essential if one.name == "first"][0] == false
    error_message = "A container that ends must not end the task."
  }

  # A volume is shared and read only for the program.
  assert {
    condition = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : [for mount in one.mountPoints : "${mount.sourceVolume} ${mount.containerPath} ${mount.readOnly}"]] == [
      ["shared /identities false"], ["shared /identities true"],
    ]
    error_message = "Both must mount the volume, and only the first may write."
  }

  assert {
    condition     = toset(aws_ecs_task_definition.this.volume[*].name) == toset(["shared"])
    error_message = "The volume must be in the task."
  }

  # Secrets are injected by arn and stand in no setting.
  assert {
    condition     = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.secrets if one.name == "main"][0] == [{ name = "PASSWORD", valueFrom = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf:password::" }]
    error_message = "A secret must be named by its ARN."
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.execution.policy).Statement : one.Resource if one.Sid == "ReadSecrets"][0] == [
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:smart-factory/plant1/smtp-AbCdEf"
    ]
    error_message = "The execution role must read the secrets of its containers, and no other."
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.execution.policy).Statement : one.Condition.StringEquals if one.Sid == "DecryptSecrets"][0] == {
      "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com"
    }
    error_message = "The key may be used through Secrets Manager alone."
  }

  # Two roles are kept apart.
  assert {
    condition     = aws_iam_role.execution.name == "smart-factory-plant1-simulator-execution" && aws_iam_role.task.name == "smart-factory-plant1-simulator-task"
    error_message = "What pulls images and what the programs are must be two roles."
  }

  assert {
    condition = alltrue([
      for role in [aws_iam_role.execution, aws_iam_role.task] :
      jsondecode(role.assume_role_policy).Statement == [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" }, ArnLike = { "aws:SourceArn" = "arn:aws:ecs:eu-central-1:111122223333:*" } }
      }]
    ])
    error_message = "Only tasks of this account may take on the roles."
  }

  assert {
    condition     = aws_ecs_task_definition.this.task_role_arn == aws_iam_role.task.arn && aws_ecs_task_definition.this.execution_role_arn == aws_iam_role.execution.arn
    error_message = "The programs must have their role, and what starts them its own."
  }

  assert {
    condition     = length(aws_iam_role_policy.task) == 0
    error_message = "Without a policy a task may do nothing."
  }

  # No action is a star and one resource is.
  assert {
    condition     = alltrue([for one in jsondecode(aws_iam_role_policy.execution.policy).Statement : alltrue([for action in one.Action : !strcontains(action, "*")])])
    error_message = "No action may be a star."
  }

  assert {
    condition     = [for one in jsondecode(aws_iam_role_policy.execution.policy).Statement : one.Action if contains(one.Resource, "*")] == [["ecr:GetAuthorizationToken"]]
    error_message = "Only the registry's token has no resource that AWS could be told."
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.execution.policy).Statement : one.Resource if one.Sid == "PullImages"][0] == [
      "arn:aws:ecr:eu-central-1:111122223333:repository/smart-factory/init",
      "arn:aws:ecr:eu-central-1:111122223333:repository/smart-factory/simulator",
    ]
    error_message = "Only the task's own images may be pulled."
  }

  # Logs are encrypted and end.
  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The log group must have its key and its end."
  }

  assert {
    condition     = alltrue([for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : [one.logConfiguration.options["awslogs-group"], one.logConfiguration.options.mode] == ["/smart-factory/plant1/simulator", "non-blocking"]])
    error_message = "All containers must write to the log group of the service, and wait for nothing there."
  }

  # Arm is the usual processor.
  assert {
    condition     = aws_ecs_task_definition.this.runtime_platform[0].cpu_architecture == "ARM64" && aws_ecs_task_definition.this.network_mode == "awsvpc"
    error_message = "Without a word tasks run on ARM64."
  }
}

run "a_file_system_is_mounted_with_tls_and_the_role" {
  command = plan

  variables {
    volumes = { shared = { efs = { file_system_id = "fs-0123456789abcdef0", access_point_id = "fsap-0123456789abcdef0" } } }
  }

  assert {
    condition = alltrue([
      for volume in aws_ecs_task_definition.this.volume :
      volume.efs_volume_configuration[0].transit_encryption == "ENABLED" && volume.efs_volume_configuration[0].authorization_config[0].iam == "ENABLED"
    ])
    error_message = "EFS must be mounted over TLS, by the access point and the task's role."
  }
}
