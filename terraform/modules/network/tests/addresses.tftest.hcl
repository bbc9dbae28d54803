# Subnets, ways out, endpoints.

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

run "by_default_endpoints_stand_in_for_a_nat_in_two_zones" {
  command = plan

  assert {
    condition     = [for subnet in aws_subnet.private : "${subnet.availability_zone} ${subnet.cidr_block}"] == ["eu-central-1a 10.42.16.0/20", "eu-central-1b 10.42.32.0/20"]
    error_message = "Private subnets are ${jsonencode([for subnet in aws_subnet.private : subnet.cidr_block])}."
  }

  assert {
    condition     = [for subnet in aws_subnet.public : subnet.cidr_block] == ["10.42.0.0/24", "10.42.1.0/24"]
    error_message = "Public subnets are ${jsonencode([for subnet in aws_subnet.public : subnet.cidr_block])}."
  }

  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : !subnet.map_public_ip_on_launch])
    error_message = "Something that starts in a subnet gets a public address by itself."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_eip.nat) == 0 && length(aws_route.private_nat) == 0
    error_message = "There is a NAT gateway or a route to one."
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["aps-workspaces", "ecr.api", "ecr.dkr", "email-smtp", "kms", "logs", "monitoring", "secretsmanager", "sts"]
    error_message = "Interface endpoints are ${jsonencode(keys(aws_vpc_endpoint.interface))}."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "An endpoint is there, and the programs would not find it."
  }

  # Without both AWS answers no name of an endpoint (VPC user guide, "DNS attributes for your VPC").
  assert {
    condition     = aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "The network answers no names."
  }

  assert {
    condition     = { for word, endpoint in aws_vpc_endpoint.gateway : word => endpoint.service_name } == { dynamodb = "com.amazonaws.eu-central-1.dynamodb", s3 = "com.amazonaws.eu-central-1.s3" }
    error_message = "Gateway endpoints are ${jsonencode(keys(aws_vpc_endpoint.gateway))}."
  }

  assert {
    condition = alltrue(flatten([
      for endpoint in aws_vpc_endpoint.gateway : [
        for statement in jsondecode(endpoint.policy).Statement :
        try(statement.Condition.StringEquals["aws:PrincipalAccount"] == "111122223333", false) || statement.Sid == "LayersOfImages"
      ]
    ]))
    error_message = "Credentials of another account would pass a gateway endpoint."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[0].Resource == ["arn:aws:s3:::smart-factory-plant1-*", "arn:aws:s3:::smart-factory-plant1-*/*"]
    error_message = "The S3 gateway leads to other buckets: ${aws_vpc_endpoint.gateway["s3"].policy}"
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[1].Resource == ["arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"] && jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[1].Action == ["s3:GetObject"]
    error_message = "Images could not be pulled, or more than that is open: ${aws_vpc_endpoint.gateway["s3"].policy}"
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement[0].Resource == ["arn:aws:dynamodb:eu-central-1:111122223333:table/smart-factory-plant1-*"]
    error_message = "The DynamoDB gateway leads to other tables: ${aws_vpc_endpoint.gateway["dynamodb"].policy}"
  }

  assert {
    condition     = length(aws_route53_zone.iot_data) + length(aws_route53_record.iot_data) == 0 && !contains(keys(aws_vpc_endpoint.interface), "iot.data")
    error_message = "There is a zone or an endpoint of IoT Core."
  }
}

run "one_nat_serves_all_zones_where_endpoints_are_switched_off" {
  command = plan

  variables {
    interface_endpoints = []
    gateway_endpoints   = []
    nat                 = "one"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.private_nat) == 2
    error_message = "There are ${length(aws_nat_gateway.this)} NAT gateways and ${length(aws_route.private_nat)} routes."
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) + length(aws_vpc_endpoint.gateway) == 0
    error_message = "There are endpoints that nobody asked for."
  }

  assert {
    condition     = !anytrue([for flow in keys(aws_vpc_security_group_egress_rule.flow) : strcontains(flow, "_endpoints_")]) && length(aws_vpc_security_group_egress_rule.gateway) == 0
    error_message = "A rule leads to endpoints that are not there."
  }
}

run "a_nat_per_zone_outlives_the_loss_of_a_zone_and_each_endpoint_is_switched_by_itself" {
  command = plan

  variables {
    nat                 = "per_zone"
    zones               = 3
    interface_endpoints = ["logs"]
    gateway_endpoints   = ["s3"]
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-central-1a", "eu-central-1b", "eu-central-1c"] && length(aws_route.private_nat) == 3
    error_message = "There are NAT gateways in ${jsonencode(keys(aws_nat_gateway.this))}."
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["logs"] && keys(aws_vpc_endpoint.gateway) == ["s3"]
    error_message = "There are more endpoints than were asked for."
  }
}

run "machines_find_the_data_endpoint_by_name_and_endpoints_lie_where_the_service_is" {
  command = plan

  variables {
    iot_data_endpoint   = "a1b2c3-ats.iot.eu-central-1.amazonaws.com"
    interface_endpoints = ["email-smtp", "iot.api", "logs"]
  }

  override_data {
    target = data.aws_vpc_endpoint_service.this["email-smtp"]
    values = {
      service_name       = "com.amazonaws.eu-central-1.email-smtp"
      availability_zones = ["eu-central-1b", "eu-central-1c"]
    }
  }

  assert {
    condition     = length(local.endpoint_subnet_ids["email-smtp"]) == 1 && length(local.endpoint_subnet_ids["logs"]) == 2
    error_message = "The endpoint of email-smtp is in ${length(local.endpoint_subnet_ids["email-smtp"])} zones."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["iot.data"].private_dns_enabled == false
    error_message = "AWS refuses private DNS for iot.data."
  }

  # AWS IoT developer guide, "Using AWS IoT Core with interface VPC endpoints": the control plane alone has private names.
  assert {
    condition     = aws_vpc_endpoint.interface["iot.api"].private_dns_enabled && length(aws_route53_zone.iot_data) == 1
    error_message = "The verdict job's iot.REGION.amazonaws.com does not lead to iot.api, or the machines' host is hidden by it."
  }

  assert {
    condition     = aws_route53_zone.iot_data[0].name == "a1b2c3-ats.iot.eu-central-1.amazonaws.com" && length(aws_route53_zone.iot_data[0].vpc) == 1
    error_message = "The zone is ${aws_route53_zone.iot_data[0].name}, or is not the VPC's own."
  }

  assert {
    condition     = aws_route53_record.iot_data[0].name == "a1b2c3-ats.iot.eu-central-1.amazonaws.com" && aws_route53_record.iot_data[0].alias[0].name == "vpce-0.iot.eu-central-1.vpce.amazonaws.com" && aws_route53_record.iot_data[0].alias[0].evaluate_target_health
    error_message = "The record does not lead to the endpoint."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.flow["simulator_endpoints_8883_tcp"].from_port == 8883
    error_message = "The simulator may not speak MQTT to the endpoint."
  }
}

run "a_service_that_is_in_none_of_the_zones_is_refused" {
  command = plan

  override_data {
    target = data.aws_vpc_endpoint_service.this["email-smtp"]
    values = {
      service_name       = "com.amazonaws.eu-central-1.email-smtp"
      availability_zones = ["eu-central-1c"]
    }
  }

  expect_failures = [aws_vpc_endpoint.interface["email-smtp"]]
}
