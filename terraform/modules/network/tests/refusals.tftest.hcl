# What a variable refuses. Right values of each are in the other files' runs, and in the first run here.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name          = "smart-factory-plant1"
  plant         = "plant1"
  allowed_cidrs = ["203.0.113.0/24"]
  logs_key_arn  = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
}

run "the_world_is_let_in_by_who_says_so_twice" {
  command = plan

  variables {
    allowed_cidrs         = ["0.0.0.0/0"]
    i_know_this_is_public = true
    cidr                  = "10.0.0.0/19"
    log_retention_days    = 365
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.people) == ["0.0.0.0/0_443", "0.0.0.0/0_80"]
    error_message = "Open are ${jsonencode(keys(aws_vpc_security_group_ingress_rule.people))}."
  }
}

run "the_world_is_not_let_in_by_itself" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:role/boundary"
    allowed_cidrs            = ["203.0.113.0/24", "0.0.0.0/0"]
  }

  expect_failures = [var.permissions_boundary_arn, var.allowed_cidrs]
}

run "half_of_the_world_is_the_world_and_what_is_no_name_is_no_name" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    name               = "smart-factory-Plant1"
    plant              = "Plant1"
    allowed_cidrs      = ["128.0.0.0/1"]
    cidr               = "10.42.0.0/24"
    zones              = 1
    gateway_endpoints  = ["sqs"]
    iot_data_endpoint  = "a1b2c3.iot.eu-central-1.amazonaws.com"
    logs_key_arn       = "alias/logs"
    log_retention_days = 31
    grafana_database   = { security_group_id = "sg-database", port = 22 }
    egress_exceptions  = { ssh = { from = "load_balancer", port = 22, cidr = "198.51.100.0/24", reason = "Somebody wanted it" } }
  }

  expect_failures = [
    var.name, var.plant, var.allowed_cidrs, var.cidr, var.zones, var.gateway_endpoints,
    var.iot_data_endpoint, var.logs_key_arn, var.log_retention_days, var.egress_exceptions, var.grafana_database,
  ]
}

run "nobody_allowed_is_a_mistake_and_networks_go_by_their_first_address" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    allowed_cidrs       = []
    cidr                = "10.42.0.1/16"
    interface_endpoints = ["iot.data"]
    nat                 = "two"
  }

  expect_failures = [var.allowed_cidrs, var.cidr, var.interface_endpoints, var.nat]
}

run "tasks_have_no_way_out_without_a_nat" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    allowed_cidrs       = ["203.0.113.1/24"]
    interface_endpoints = ["com.amazonaws.eu-central-1.logs"]
    egress_exceptions   = { mail = { from = "alertmanager", port = 587, cidr = "198.51.100.0/24", reason = "Mail through our provider" } }
  }

  expect_failures = [var.allowed_cidrs, var.interface_endpoints, var.egress_exceptions]
}

run "the_disk_needs_no_way_out_and_the_name_of_iot_api_hides_no_machines_host" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    nat                 = "one"
    interface_endpoints = ["iot.api"]
    egress_exceptions   = { mail = { from = "efs", port = 587, cidr = "198.51.100.0/24", reason = "Mail of the disk" } }
  }

  expect_failures = [var.interface_endpoints, var.egress_exceptions]
}

run "an_exception_without_a_reason_is_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    nat               = "one"
    egress_exceptions = { mail = { from = "alertmanager", port = 587, cidr = "198.51.100.0/24", reason = "" } }
  }

  expect_failures = [var.egress_exceptions]
}

run "an_exception_to_no_network_is_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    nat               = "one"
    egress_exceptions = { mail = { from = "alertmanager", port = 587, cidr = "mail.example", reason = "Mail through our provider" } }
  }

  expect_failures = [var.egress_exceptions]
}
