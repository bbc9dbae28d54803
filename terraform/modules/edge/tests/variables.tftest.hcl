# What cannot work is refused with one sentence, and what can is not.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name                            = "smart-factory-plant1"
  vpc_id                          = "vpc-0123456789abcdef0"
  public_subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  load_balancer_security_group_id = "sg-0123456789abcdef0"
  logs_bucket                     = "smart-factory-plant1-logs-111122223333"
  certificate_arn                 = "arn:aws:acm:eu-central-1:111122223333:certificate/99999999-2222-3333-4444-555555555555"
  domain_name                     = "factory.example.com"
}

run "good_values_are_taken" {
  command = plan

  variables {
    name                = "smart-factory-hall-7-of-the-site"
    deletion_protection = false
    tls_policy          = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    domain_name         = "factory.example.com"
    authentication      = { session_hours = 1 }
  }

  assert {
    condition     = aws_lb.this.name == "smart-factory-hall-7-of-the-site" && alltrue([for group in aws_lb_target_group.this : length(group.name) <= 32]) && length(distinct([for group in aws_lb_target_group.this : group.name])) == 4 && !aws_lb.this.enable_deletion_protection
    error_message = "Values that are right must be taken as they are."
  }
}

# a long name, one subnet twice, a bucket arn is no bucket name, no certificate and no domain, an unknown authentication, tls below 1 2, a vpc by name, a group by name
run "wrong_values_are_refused_1" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    name                            = "smart-factory-a-plant-with-a-long-name"
    public_subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef0"]
    logs_bucket                     = "arn:aws:s3:::logs"
    certificate_arn                 = null
    authentication                  = { mode = "saml" }
    tls_policy                      = "ELBSecurityPolicy-2016-08"
    vpc_id                          = "main"
    load_balancer_security_group_id = "default"
  }

  expect_failures = [var.name, var.public_subnet_ids, var.logs_bucket, var.certificate_arn, var.authentication, var.tls_policy, var.vpc_id, var.load_balancer_security_group_id]
}

# a server certificate of iam, oidc without its object
run "wrong_values_are_refused_2" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    certificate_arn = "arn:aws:iam::111122223333:server-certificate/old"
    authentication  = { mode = "oidc" }
  }

  expect_failures = [var.certificate_arn, var.authentication]
}

# a domain without a dot, a session of a month, a zone by name
run "wrong_values_are_refused_3" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    domain_name    = "factory"
    authentication = { session_hours = 720 }
    zone_id        = "example.com"
  }

  expect_failures = [var.domain_name, var.authentication, var.zone_id]
}
