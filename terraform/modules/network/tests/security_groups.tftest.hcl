# Who may talk to whom: groups name each other or a prefix list; addresses only where an exception says why.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# Each group has an id of its own here, so that a rule on the wrong group is seen.

override_resource {
  target          = aws_security_group.this["load_balancer"]
  override_during = plan
  values          = { id = "sg-load_balancer" }
}

override_resource {
  target          = aws_security_group.this["simulator"]
  override_during = plan
  values          = { id = "sg-simulator" }
}

override_resource {
  target          = aws_security_group.this["prometheus"]
  override_during = plan
  values          = { id = "sg-prometheus" }
}

override_resource {
  target          = aws_security_group.this["alertmanager"]
  override_during = plan
  values          = { id = "sg-alertmanager" }
}

override_resource {
  target          = aws_security_group.this["grafana"]
  override_during = plan
  values          = { id = "sg-grafana" }
}

override_resource {
  target          = aws_security_group.this["verdicts"]
  override_during = plan
  values          = { id = "sg-verdicts" }
}

override_resource {
  target          = aws_security_group.this["efs"]
  override_during = plan
  values          = { id = "sg-efs" }
}

override_resource {
  target          = aws_security_group.this["endpoints"]
  override_during = plan
  values          = { id = "sg-endpoints" }
}

override_resource {
  target          = aws_vpc.this
  override_during = plan
  values          = { id = "vpc-0" }
}

variables {
  name              = "smart-factory-plant1"
  plant             = "plant1"
  allowed_cidrs     = ["203.0.113.0/24", "198.51.100.7/32"]
  logs_key_arn      = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  iot_data_endpoint = "a1b2c3-ats.iot.eu-central-1.amazonaws.com"
}

run "people_reach_the_load_balancer_alone_and_all_traffic_is_logged" {
  command = plan

  assert {
    condition = { for rule in aws_vpc_security_group_ingress_rule.people : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}" => rule.ip_protocol } == {
      "198.51.100.7/32 443-443" = "tcp"
      "198.51.100.7/32 80-80"   = "tcp"
      "203.0.113.0/24 443-443"  = "tcp"
      "203.0.113.0/24 80-80"    = "tcp"
    }
    error_message = "Open are ${jsonencode([for rule in aws_vpc_security_group_ingress_rule.people : "${rule.cidr_ipv4} ${rule.from_port}"])}."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.people : rule.security_group_id == "sg-load_balancer"])
    error_message = "An address may enter another group than the load balancer's."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.flow : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && startswith(rule.referenced_security_group_id, "sg-")])
    error_message = "A task takes connections from addresses."
  }

  # Who may enter by which port, beside those 443 and 587 of the endpoints: written down once more by hand.
  assert {
    condition = toset([for flow in local.flows : "${flow.from} → ${flow.to}:${flow.port}/${flow.protocol}" if flow.to != "endpoints"]) == toset([
      "load_balancer → grafana:3000/tcp",
      "load_balancer → prometheus:9090/tcp",
      "load_balancer → alertmanager:9093/tcp",
      "load_balancer → simulator:9100/tcp",
      "prometheus → simulator:9100/tcp",
      "prometheus → verdicts:9102/tcp",
      "prometheus → alertmanager:9093/tcp",
      "alertmanager → alertmanager:9094/tcp",
      "alertmanager → alertmanager:9094/udp",
      "grafana → efs:2049/tcp",
      "grafana → prometheus:9090/tcp",
    ])
    error_message = "Flows are ${jsonencode([for flow in local.flows : "${flow.from} → ${flow.to}:${flow.port}/${flow.protocol}"])}."
  }

  assert {
    condition = toset([for flow in local.flows : "${flow.from}:${flow.port}" if flow.to == "endpoints"]) == toset([
      "simulator:443", "simulator:8883", "prometheus:443", "alertmanager:443", "alertmanager:587", "grafana:443", "grafana:587", "verdicts:443",
    ])
    error_message = "To the endpoints go ${jsonencode([for flow in local.flows : "${flow.from}:${flow.port}" if flow.to == "endpoints"])}."
  }

  # Both ends of each flow, or it would be shut at one of them.
  assert {
    condition = alltrue([
      for name, rule in aws_vpc_security_group_ingress_rule.flow :
      rule.security_group_id == aws_vpc_security_group_egress_rule.flow[name].referenced_security_group_id
      && rule.referenced_security_group_id == aws_vpc_security_group_egress_rule.flow[name].security_group_id
      && rule.from_port == aws_vpc_security_group_egress_rule.flow[name].to_port && rule.from_port == rule.to_port
      && rule.ip_protocol == aws_vpc_security_group_egress_rule.flow[name].ip_protocol
    ]) && length(aws_vpc_security_group_ingress_rule.flow) == length(aws_vpc_security_group_egress_rule.flow)
    error_message = "A flow is open at one end only."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.flow : rule.referenced_security_group_id if rule.from_port == 3000]) == toset(["sg-load_balancer"])
    error_message = "Grafana takes connections from others than the load balancer."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.exception) == 0 && alltrue([for rule in aws_vpc_security_group_egress_rule.gateway : rule.prefix_list_id == "pl-0123456789abcdef0" && rule.cidr_ipv4 == null && [rule.ip_protocol, rule.from_port, rule.to_port] == ["tcp", 443, 443]])
    error_message = "Something leaves to addresses without an exception."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.gateway) == ["alertmanager_s3", "grafana_s3", "prometheus_s3", "simulator_dynamodb", "simulator_s3", "verdicts_s3"]
    error_message = "Through the gateways go ${jsonencode(keys(aws_vpc_security_group_egress_rule.gateway))}."
  }

  assert {
    condition     = aws_default_security_group.this.vpc_id == aws_vpc.this.id && aws_vpc.this.id == "vpc-0"
    error_message = "The default security group lets something through."
  }

  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_flow_log.this.log_destination_type == "cloud-watch-logs" && aws_flow_log.this.log_destination == aws_cloudwatch_log_group.flow.arn && aws_cloudwatch_log_group.flow.name == "/smart-factory/plant1/flow"
    error_message = "Flow logs are ${aws_flow_log.this.traffic_type} into ${aws_cloudwatch_log_group.flow.name}."
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.flow.retention_in_days == 30
    error_message = "Flow logs are not encrypted under the key of logs, or kept for ever."
  }

  assert {
    condition = jsondecode(aws_iam_role.flow.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = "111122223333" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:ec2:eu-central-1:111122223333:vpc-flow-log/*" }
      }
    }]
    error_message = "Others may take on the role: ${aws_iam_role.flow.assume_role_policy}"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.flow.policy).Statement[0] == {
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = ["arn:aws:logs:eu-central-1:111122223333:log-group:/smart-factory/plant1/flow", "arn:aws:logs:eu-central-1:111122223333:log-group:/smart-factory/plant1/flow:*"]
    }
    error_message = "The role may write elsewhere: ${aws_iam_role_policy.flow.policy}"
  }
}

run "an_exception_has_a_name_a_port_and_a_reason" {
  command = plan

  variables {
    nat = "one"
    egress_exceptions = {
      mail     = { from = "alertmanager", port = 587, cidr = "198.51.100.0/24", reason = "Mail through our provider" }
      identity = { from = "load_balancer", port = 443, cidr = "0.0.0.0/0", reason = "Token endpoint of the identity provider" }
    }
  }

  assert {
    condition = { for name, rule in aws_vpc_security_group_egress_rule.exception : name => "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port} ${rule.ip_protocol} ${rule.description}" } == {
      identity = "0.0.0.0/0 443-443 tcp Token endpoint of the identity provider"
      mail     = "198.51.100.0/24 587-587 tcp Mail through our provider"
    }
    error_message = "Exceptions are ${jsonencode(aws_vpc_security_group_egress_rule.exception)}."
  }
}

run "with_managed_prometheus_the_tasks_ports_take_the_load_balancer_and_prometheus_alone" {
  command = plan

  variables {
    grafana_queries_prometheus = false
    grafana_database           = { security_group_id = "sg-database", port = 5432 }
    # Its own way out needs no NAT.
    egress_exceptions = { identity = { from = "load_balancer", port = 443, cidr = "0.0.0.0/0", reason = "Token endpoint of the identity provider" } }
  }

  assert {
    condition     = alltrue([for flow in local.flows : contains(["load_balancer", "prometheus"], flow.from) if contains([3000, 9090, 9093, 9100], flow.port)])
    error_message = "Flows are ${jsonencode(keys(local.flows))}."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.exception) == ["identity"]
    error_message = "The exception is missing."
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.grafana_database : "${rule.security_group_id} ${rule.referenced_security_group_id} ${rule.from_port}-${rule.to_port} ${rule.ip_protocol}" if rule.cidr_ipv4 == null] == ["sg-grafana sg-database 5432-5432 tcp"]
    error_message = "Grafana does not reach its database, or others do."
  }
}
