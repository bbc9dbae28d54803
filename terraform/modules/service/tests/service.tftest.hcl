# How many run, how they are replaced and found.

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
  discovery          = { namespace_id = "ns-0123456789abcdef" }

  containers = {
    main = {
      image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/simulator:0.1.0"
      ports = [{ port = 9100 }]
    }
  }
}

run "a_service_is_rolled_back_private_and_found" {
  command = plan

  # A deployment that fails is rolled back.
  assert {
    condition     = aws_ecs_service.fixed[0].deployment_circuit_breaker[0].enable && aws_ecs_service.fixed[0].deployment_circuit_breaker[0].rollback
    error_message = "The circuit breaker must be on, with rollback."
  }

  assert {
    condition     = aws_ecs_task_definition.this.skip_destroy
    error_message = "The definition before must stay, or there is nothing to roll back to."
  }

  assert {
    condition     = aws_ecs_service.fixed[0].deployment_minimum_healthy_percent == 100 && aws_ecs_service.fixed[0].deployment_maximum_percent == 200
    error_message = "Old and new tasks must overlap, unless it is said otherwise."
  }

  # Tasks are private and nobody logs in.
  assert {
    condition     = !aws_ecs_service.fixed[0].network_configuration[0].assign_public_ip && !aws_ecs_service.fixed[0].enable_execute_command && aws_ecs_service.fixed[0].platform_version == "1.4.0"
    error_message = "Tasks must have no public address and no way to run commands in them, on the platform that can mount EFS."
  }

  assert {
    condition     = aws_ecs_service.fixed[0].network_configuration[0].security_groups == toset(["sg-0123456789abcdef0"])
    error_message = "Tasks must be in the security group that was given."
  }

  # It is found by its name.
  assert {
    condition     = aws_service_discovery_service.this[0].name == "simulator" && one(aws_service_discovery_service.this[0].dns_config[0].dns_records).type == "A"
    error_message = "The tasks' addresses must be A records of simulator.factory.internal."
  }

  assert {
    condition     = aws_service_discovery_service.this[0].force_destroy
    error_message = "A name with a task that ECS has not taken out yet could not be destroyed."
  }

  assert {
    condition     = length(aws_service_discovery_service.this[0].health_check_custom_config) == 1
    error_message = "Only healthy tasks may be found."
  }

  assert {
    condition     = length(aws_ecs_service.fixed[0].service_registries) == 1 && aws_ecs_service.fixed[0].enable_ecs_managed_tags
    error_message = "ECS must register the tasks, and say whose they are on the bill."
  }

  # Without spot nothing runs there.
  assert {
    condition     = [for one in aws_ecs_service.fixed[0].capacity_provider_strategy : one.capacity_provider] == ["FARGATE"]
    error_message = "Without a weight Spot must not be named."
  }
}

run "it_scales_by_cpu_and_by_a_named_metric" {
  command = plan

  variables {
    autoscaling = {
      minimum     = 2
      maximum     = 6
      cpu_percent = 60
      metrics     = { machines = { namespace = "SmartFactory/plant1", name = "SimulatorMachines", target = 500 } }
    }
    load_balancer = { target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/simulator/0123456789abcdef", container = "main", port = 9100 }
  }

  assert {
    condition     = length(aws_ecs_service.fixed) == 0 && aws_ecs_service.scaled[0].desired_count == 2
    error_message = "It must begin with its minimum, and Terraform must leave the number to autoscaling."
  }

  assert {
    condition     = aws_ecs_service.scaled[0].deployment_circuit_breaker[0].enable && aws_ecs_service.scaled[0].deployment_circuit_breaker[0].rollback
    error_message = "The circuit breaker must be on, with rollback."
  }

  # What holds for the one kind of service holds for the other.
  assert {
    condition = [
      aws_ecs_service.scaled[0].deployment_minimum_healthy_percent, aws_ecs_service.scaled[0].deployment_maximum_percent, aws_ecs_service.scaled[0].availability_zone_rebalancing,
      aws_ecs_service.scaled[0].enable_execute_command, aws_ecs_service.scaled[0].enable_ecs_managed_tags, aws_ecs_service.scaled[0].network_configuration[0].assign_public_ip,
      one(aws_ecs_service.scaled[0].load_balancer).container_port, aws_ecs_service.scaled[0].health_check_grace_period_seconds,
      aws_ecs_service.scaled[0].platform_version, length(aws_ecs_service.scaled[0].service_registries), [for one in aws_ecs_service.scaled[0].capacity_provider_strategy : one.capacity_provider],
    ] == [100, 200, "ENABLED", false, true, false, 9100, 60, "1.4.0", 1, ["FARGATE"]]
    error_message = "A service that is scaled must be deployed, closed and found as one of a fixed size."
  }

  assert {
    condition     = aws_ecs_service.scaled[0].network_configuration[0].security_groups == toset(["sg-0123456789abcdef0"])
    error_message = "Tasks must be in the security group that was given."
  }

  assert {
    condition     = aws_appautoscaling_target.this[0].min_capacity == 2 && aws_appautoscaling_target.this[0].max_capacity == 6 && aws_appautoscaling_target.this[0].resource_id == "service/smart-factory-plant1/smart-factory-plant1-simulator"
    error_message = "Autoscaling must have the bounds, and the service."
  }

  assert {
    condition     = aws_appautoscaling_policy.cpu[0].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type == "ECSServiceAverageCPUUtilization"
    error_message = "CPU must be a target."
  }

  assert {
    condition     = aws_appautoscaling_policy.metric["machines"].target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metric_name == "SimulatorMachines" && aws_appautoscaling_policy.metric["machines"].target_tracking_scaling_policy_configuration[0].target_value == 500
    error_message = "The named metric must be a target."
  }
}

run "spot_has_its_weight_beyond_the_base" {
  command = plan

  variables {
    spot = { base = 1, weight = 75 }
  }

  assert {
    condition     = { for one in aws_ecs_service.fixed[0].capacity_provider_strategy : one.capacity_provider => "${one.base} ${one.weight}" } == { FARGATE = "1 25", FARGATE_SPOT = "0 75" }
    error_message = "The first task must be on Fargate, three of four others on Spot."
  }
}

run "it_is_registered_with_the_load_balancer" {
  command = plan

  variables {
    load_balancer = { target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/simulator/0123456789abcdef", container = "main", port = 9100 }
  }

  assert {
    condition     = one(aws_ecs_service.fixed[0].load_balancer).container_port == 9100 && aws_ecs_service.fixed[0].health_check_grace_period_seconds == 60
    error_message = "The container's port must be in the target group, with time to start."
  }
}

run "a_task_alone_has_no_service" {
  command = plan

  variables {
    kind               = "task"
    cluster            = null
    subnet_ids         = []
    security_group_ids = []
  }

  assert {
    condition     = length(aws_ecs_service.fixed) == 0 && length(aws_ecs_service.scaled) == 0 && length(aws_service_discovery_service.this) == 0 && output.service_name == null
    error_message = "Nothing may run that somebody else is to start."
  }
}
