# What cannot work is refused with one sentence, and what can is not.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name               = "smart-factory-plant1"
  service            = "simulator"
  plant              = "plant1"
  cluster            = { name = "smart-factory-plant1", arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/smart-factory-plant1" }
  subnet_ids         = ["subnet-0123456789abcdef0"]
  security_group_ids = ["sg-0123456789abcdef0"]
  logs_key_arn       = "arn:aws:kms:eu-central-1:111122223333:key/99999999-2222-3333-4444-555555555555"
  containers         = { main = { image = "example.com/simulator:0.1.0" } }
}

run "good_values_are_taken" {
  command = plan

  variables {
    service               = "verdicts"
    cpu                   = 4096
    memory                = 30720
    architecture          = "X86_64"
    ephemeral_storage_gib = 21
    desired_count         = 0
    log_retention_days    = 365
    discovery_ttl         = 60
    spot                  = { base = 0, weight = 100 }
    deployment            = { minimum_healthy_percent = 0, maximum_percent = 100 }
    task_policy_json      = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    containers            = { main = { image = "example.com/simulator@sha256:0123456789012345678901234567890123456789012345678901234567890123", stop_timeout = 120 } }
  }

  assert {
    condition     = aws_ecs_task_definition.this.cpu == "4096" && aws_ecs_task_definition.this.memory == "30720" && aws_ecs_service.fixed[0].desired_count == 0 && aws_ecs_service.fixed[0].availability_zone_rebalancing == "DISABLED"
    error_message = "Values that are right must be taken as they are."
  }

  assert {
    condition     = !contains([for one in jsondecode(aws_iam_role_policy.execution.policy).Statement : one.Sid], "LogInToRegistry")
    error_message = "An image that is not of ECR needs no right to pull from ECR."
  }
}

run "a_name_in_capitals_is_refused" {
  command = plan

  variables {
    name = "Factory"
  }

  expect_failures = [var.name]
}

run "a_service_of_two_words_is_refused" {
  command = plan

  variables {
    service = "the simulator"
  }

  expect_failures = [var.service]
}

run "a_plant_with_a_slash_is_refused" {
  command = plan

  variables {
    plant = "a/b"
  }

  expect_failures = [var.plant]
}

run "an_unknown_kind_is_refused" {
  command = plan

  variables {
    kind = "daemon"
  }

  expect_failures = [var.kind]
}

run "a_service_without_a_cluster_is_refused" {
  command = plan

  variables {
    cluster = null
  }

  expect_failures = [var.cluster]
}

run "a_service_without_subnets_is_refused" {
  command = plan

  variables {
    subnet_ids = []
  }

  expect_failures = [var.subnet_ids]
}

run "a_service_in_the_default_group_is_refused" {
  command = plan

  variables {
    security_group_ids = []
  }

  expect_failures = [var.security_group_ids]
}

run "a_weight_above_a_hundred_is_refused" {
  command = plan

  variables {
    spot = { weight = 101 }
  }

  expect_failures = [var.spot]
}

run "a_negative_base_is_refused" {
  command = plan

  variables {
    spot = { base = -1 }
  }

  expect_failures = [var.spot]
}

run "a_size_that_fargate_has_not_is_refused" {
  command = plan

  variables {
    cpu    = 300
    memory = 512
  }

  expect_failures = [var.cpu]
}

run "memory_that_fargate_does_not_pair_with_cpu_is_refused" {
  command = plan

  variables {
    cpu    = 256
    memory = 4096
  }

  expect_failures = [var.memory]
}

run "an_unknown_processor_is_refused" {
  command = plan

  variables {
    architecture = "amd64"
  }

  expect_failures = [var.architecture]
}

run "a_disk_of_twenty_is_refused" {
  command = plan

  variables {
    ephemeral_storage_gib = 20
  }

  expect_failures = [var.ephemeral_storage_gib]
}

run "a_task_without_containers_is_refused" {
  command = plan

  variables {
    containers = {}
  }

  expect_failures = [var.containers]
}

run "a_task_of_which_nothing_is_essential_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", essential = false } }
  }

  expect_failures = [var.containers]
}

run "an_image_that_moves_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator:latest" } }
  }

  expect_failures = [var.containers]
}

run "an_image_without_a_tag_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator" } }
  }

  expect_failures = [var.containers]
}

run "waiting_for_nobody_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", depends_on = { first = "SUCCESS" } } }
  }

  expect_failures = [var.containers]
}

run "waiting_for_a_word_that_ecs_has_not_is_refused" {
  command = plan

  variables {
    containers = { first = { image = "example.com/simulator:0.1.0", essential = false }, main = { image = "example.com/simulator:0.1.0", depends_on = { first = "DONE" } } }
  }

  expect_failures = [var.containers]
}

run "waiting_for_the_end_of_an_essential_container_is_refused" {
  command = plan

  variables {
    containers = { first = { image = "example.com/simulator:0.1.0" }, main = { image = "example.com/simulator:0.1.0", depends_on = { first = "SUCCESS" } } }
  }

  expect_failures = [var.containers]
}

run "a_mount_of_no_volume_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", mounts = { shared = { path = "/a" } } } }
  }

  expect_failures = [var.containers]
}

run "a_stop_of_an_hour_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", stop_timeout = 3600 } }
  }

  expect_failures = [var.containers]
}

run "a_secret_by_value_is_refused" {
  command = plan

  variables {
    secrets_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
    containers      = { main = { image = "example.com/simulator:0.1.0", secrets = { PASSWORD = "hunter2" } } }
  }

  expect_failures = [var.containers]
}

run "a_policy_that_is_none_is_refused" {
  command = plan

  variables {
    task_policy_json = "{}"
  }

  expect_failures = [var.task_policy_json]
}

run "a_secret_without_its_key_is_refused" {
  command = plan

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", secrets = { PASSWORD = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf" } } }
  }

  expect_failures = [var.secrets_key_arn]
}

run "a_log_key_by_alias_is_refused" {
  command = plan

  variables {
    logs_key_arn = "alias/logs"
  }

  expect_failures = [var.logs_key_arn]
}

run "a_retention_that_cloudwatch_has_not_is_refused" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "a_negative_number_of_tasks_is_refused" {
  command = plan

  variables {
    desired_count = -1
  }

  expect_failures = [var.desired_count]
}

run "a_deployment_without_room_is_refused" {
  command = plan

  variables {
    deployment = { minimum_healthy_percent = 100, maximum_percent = 100 }
  }

  expect_failures = [var.deployment]
}

run "autoscaling_from_zero_is_refused" {
  command = plan

  variables {
    autoscaling = { minimum = 0, maximum = 2, cpu_percent = 60 }
  }

  expect_failures = [var.autoscaling]
}

run "autoscaling_without_a_target_is_refused" {
  command = plan

  variables {
    autoscaling = { minimum = 1, maximum = 2 }
  }

  expect_failures = [var.autoscaling]
}

run "an_unknown_statistic_is_refused" {
  command = plan

  variables {
    autoscaling = { minimum = 1, maximum = 2, metrics = { a = { namespace = "A", name = "B", statistic = "p99", target = 1 } } }
  }

  expect_failures = [var.autoscaling]
}

run "a_load_balancer_to_a_port_that_nobody_has_is_refused" {
  command = plan

  variables {
    load_balancer = { target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/a/0123456789abcdef", container = "main", port = 80 }
  }

  expect_failures = [var.load_balancer]
}

run "an_address_that_is_remembered_for_an_hour_is_refused" {
  command = plan

  variables {
    discovery_ttl = 3600
  }

  expect_failures = [var.discovery_ttl]
}
