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
    discovery             = { namespace_id = "ns-0123456789abcdef", ttl = 60 }
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

# a name in capitals, a service of two words, a plant with a slash, an unknown kind, a weight above a hundred, a size that fargate has not, an unknown processor, a disk of twenty, a task of eleven containers, a policy that is none, a log key by alias, a retention that cloudwatch has not, a negative number of tasks, a deployment without room, autoscaling from zero, an address that is remembered for an hour, a namespace by name
run "wrong_values_are_refused_1" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    name                     = "Factory"
    service                  = "the simulator"
    plant                    = "a/b"
    kind                     = "daemon"
    spot                     = { weight = 101 }
    cpu                      = 300
    memory                   = 512
    architecture             = "amd64"
    ephemeral_storage_gib    = 20
    containers               = { for number in range(11) : "program${number}" => { image = "example.com/simulator:0.1.0" } }
    task_policy_json         = "{}"
    logs_key_arn             = "alias/logs"
    log_retention_days       = 31
    desired_count            = -1
    deployment               = { minimum_healthy_percent = 100, maximum_percent = 100 }
    autoscaling              = { minimum = 0, maximum = 2, cpu_percent = 60 }
    discovery                = { namespace_id = "ns-0123456789abcdef", ttl = 3600 }
  }

  expect_failures = [var.permissions_boundary_arn, var.name, var.service, var.plant, var.kind, var.spot, var.cpu, var.architecture, var.ephemeral_storage_gib, var.containers, var.task_policy_json, var.logs_key_arn, var.log_retention_days, var.desired_count, var.deployment, var.autoscaling, var.discovery]
}

# a service without a cluster, a service without subnets, a service in the default group, a negative base, memory that fargate does not pair with cpu, a task of which nothing is essential, autoscaling without a target
run "wrong_values_are_refused_2" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    cluster            = null
    subnet_ids         = []
    security_group_ids = []
    spot               = { base = -1 }
    cpu                = 256
    memory             = 4096
    containers         = { main = { image = "example.com/simulator:0.1.0", essential = false } }
    autoscaling        = { minimum = 1, maximum = 2 }
  }

  expect_failures = [var.cluster, var.subnet_ids, var.security_group_ids, var.spot, var.memory, var.containers, var.autoscaling]
}

# an image that moves, an unknown statistic
run "wrong_values_are_refused_3" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers  = { main = { image = "example.com/simulator:latest" } }
    autoscaling = { minimum = 1, maximum = 2, metrics = { a = { namespace = "A", name = "B", statistic = "p99", target = 1 } } }
  }

  expect_failures = [var.containers, var.autoscaling]
}

# an image without a tag
run "wrong_values_are_refused_4" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers = { main = { image = "example.com/simulator" } }
  }

  expect_failures = [var.containers]
}

# waiting for nobody
run "wrong_values_are_refused_5" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", depends_on = { first = "SUCCESS" } } }
  }

  expect_failures = [var.containers]
}

# waiting for a word that ecs has not
run "wrong_values_are_refused_6" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers = { first = { image = "example.com/simulator:0.1.0", essential = false }, main = { image = "example.com/simulator:0.1.0", depends_on = { first = "DONE" } } }
  }

  expect_failures = [var.containers]
}

# waiting for the end of an essential container
run "wrong_values_are_refused_7" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers = { first = { image = "example.com/simulator:0.1.0" }, main = { image = "example.com/simulator:0.1.0", depends_on = { first = "SUCCESS" } } }
  }

  expect_failures = [var.containers]
}

# a mount of no volume
run "wrong_values_are_refused_8" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", mounts = { shared = { path = "/a" } } } }
  }

  expect_failures = [var.containers]
}

# a stop of an hour
run "wrong_values_are_refused_9" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers = { main = { image = "example.com/simulator:0.1.0", stop_timeout = 3600 } }
  }

  expect_failures = [var.containers]
}

# a secret by value
run "wrong_values_are_refused_10" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    secrets_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
    containers      = { main = { image = "example.com/simulator:0.1.0", secrets = { PASSWORD = "hunter2" } } }
  }

  expect_failures = [var.containers]
}

# a secret without its key, a load balancer to a port that nobody has, a volume with a slash
run "wrong_values_are_refused_11" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    containers    = { main = { image = "example.com/simulator:0.1.0", secrets = { PASSWORD = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-AbCdEf" } } }
    load_balancer = { target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/a/0123456789abcdef", container = "main", port = 80 }
  }

  expect_failures = [var.secrets_key_arn, var.load_balancer]
}

# a volume with a slash
run "wrong_values_are_refused_12" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    volumes = { "a/b" = {} }
  }

  expect_failures = [var.volumes]
}

# a namespace by name
run "wrong_values_are_refused_13" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    discovery = { namespace_id = "factory.internal" }
  }

  expect_failures = [var.discovery]
}
