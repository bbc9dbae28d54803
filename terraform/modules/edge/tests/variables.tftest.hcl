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
}

run "good_values_are_taken" {
  command = plan

  variables {
    name                = "smart-factory-hall-7"
    deletion_protection = false
    tls_policy          = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    domain_name         = "factory.example.com"
    authentication      = { session_hours = 1 }
  }

  assert {
    condition     = aws_lb.this.name == "smart-factory-hall-7" && !aws_lb.this.enable_deletion_protection
    error_message = "Values that are right must be taken as they are."
  }
}

run "a_long_name_is_refused" {
  command = plan

  variables {
    name = "smart-factory-a-plant-with-a-long-name"
  }

  expect_failures = [var.name]
}

run "one_subnet_twice_is_refused" {
  command = plan

  variables {
    public_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef0"]
  }

  expect_failures = [var.public_subnet_ids]
}

run "a_bucket_arn_is_no_bucket_name" {
  command = plan

  variables {
    logs_bucket = "arn:aws:s3:::logs"
  }

  expect_failures = [var.logs_bucket]
}

run "no_certificate_and_no_domain_is_refused" {
  command = plan

  variables {
    certificate_arn = null
  }

  expect_failures = [var.certificate_arn]
}

run "a_server_certificate_of_iam_is_refused" {
  command = plan

  variables {
    certificate_arn = "arn:aws:iam::111122223333:server-certificate/old"
  }

  expect_failures = [var.certificate_arn]
}

run "a_domain_without_a_dot_is_refused" {
  command = plan

  variables {
    domain_name = "factory"
  }

  expect_failures = [var.domain_name]
}

run "an_unknown_authentication_is_refused" {
  command = plan

  variables {
    authentication = { mode = "saml" }
  }

  expect_failures = [var.authentication]
}

run "oidc_without_its_object_is_refused" {
  command = plan

  variables {
    authentication = { mode = "oidc" }
  }

  expect_failures = [var.authentication]
}

run "a_session_of_a_month_is_refused" {
  command = plan

  variables {
    authentication = { session_hours = 720 }
  }

  expect_failures = [var.authentication]
}

run "tls_below_1_2_is_refused" {
  command = plan

  variables {
    tls_policy = "ELBSecurityPolicy-2016-08"
  }

  expect_failures = [var.tls_policy]
}
