# The root as it is when nothing is pushed yet, and nothing is said but what must be. `make lambda` goes before.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  administrators = ["arn:aws:iam::111122223333:role/admin"]
  allowed_cidrs  = ["198.51.100.0/24"]
  domain_name    = "factory.example.com"
  zone_id        = "Z0123456789ABCDEFGHIJ"
}

run "before_images_are_pushed_there_is_where_to_push_them" {
  command = plan

  assert {
    condition     = output.cluster_name == null && length(output.service_names) == 0
    error_message = "A service without an image would never start."
  }

  assert {
    condition     = length(setsubtract(["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana"], keys(output.repository_urls))) == 0
    error_message = "Each image that a task needs has its repository: there are ${jsonencode(keys(output.repository_urls))}."
  }

  assert {
    condition     = output.secret_names == { smtp = "smart-factory/plant1/smtp", grafana_admin = "smart-factory/plant1/grafana-admin" }
    error_message = "Secrets wait to be filled before a task reads them: ${jsonencode(output.secret_names)}."
  }

  assert {
    condition     = output.fleet_endpoint == null
    error_message = "An endpoint without a model costs and answers nothing."
  }

  assert {
    condition     = startswith(output.next, "make deploy")
    error_message = "What comes next: ${output.next}"
  }

  # Those of contracts/resources.py, where programs look.
  assert {
    condition     = output.bucket_names == { for use in ["lake", "fleet", "identities", "models", "truth", "logs"] : use => "smart-factory-plant1-${use}-111122223333" }
    error_message = "Buckets are ${jsonencode(output.bucket_names)}."
  }

  assert {
    condition     = output.iot_data_endpoint == "a1b2c3-ats.iot.eu-central-1.amazonaws.com"
    error_message = "Machines publish to ${output.iot_data_endpoint}."
  }
}

# A zone instead of a region, and a tag that AWS keeps to itself.
run "wrong_values_are_refused" {
  command = plan

  module {
    source = "./tests/inputs"
  }

  variables {
    region = "eu-central-1a"
    tags   = { "aws:owner" = "me" }
  }

  expect_failures = [var.region, var.tags]
}
