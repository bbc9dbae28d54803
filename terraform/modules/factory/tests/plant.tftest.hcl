# A plant once its images are pushed; before that the root's own test looks at it, and whole the examples' tests do.
# `make lambda` goes before.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  administrators  = ["arn:aws:iam::111122223333:role/admin"]
  allowed_cidrs   = ["198.51.100.0/24"]
  certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/99999999-2222-3333-4444-555555555555"
  domain_name     = "factory.example.com"
}

# Images are there, models are not; the second plant of an account, whose tasks leave by addresses of their own.
run "with_images_the_services_are_there" {
  command = plan

  variables {
    plant             = "plant2"
    trial             = true
    make_repositories = false
    images            = { for image in ["simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana", "local-aws"] : image => "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory/${image}:0123abc" }
    network           = { tasks_in_public_subnets = true, interface_endpoints = [], iot_endpoint = false }
  }

  assert {
    condition     = output.cluster_name == "smart-factory-plant2" && toset(keys(output.service_names)) == toset(["simulator", "prometheus", "alertmanager", "grafana", "verdicts"])
    error_message = "Services are ${jsonencode(output.service_names)}."
  }

  # The catalog of the laptop, whole.
  assert {
    condition     = toset(module.ingestion.rule_names) == toset([for file in fileset("../../../rules/catalog", "*.json") : trimsuffix(file, ".json")])
    error_message = "Rules are ${jsonencode(module.ingestion.rule_names)}."
  }

  assert {
    condition     = length([for name in module.observability.alarm_names : name if strcontains(name, "ServiceAway")]) == 4
    error_message = "Somebody is told when a service behind the load balancer is away: ${jsonencode(module.observability.alarm_names)}."
  }

  assert {
    condition     = output.repository_urls == {}
    error_message = "Repositories of an account have one owner, or the second plant could not be made."
  }

  assert {
    condition     = keys(module.network.endpoint_ids) == ["dynamodb", "s3"]
    error_message = "The two that are asked for cost nothing: ${jsonencode(keys(module.network.endpoint_ids))}."
  }

  assert {
    condition     = !output.published_models.models_published && output.published_models.model_data_url == null
    error_message = "What serves: ${jsonencode(output.published_models)}."
  }

  assert {
    condition     = strcontains(output.next, "factory train plant --publish smart-factory-plant2-models-111122223333")
    error_message = "What comes next: ${output.next}"
  }
}

run "before_images_no_service_is_missed" {
  command = plan

  assert {
    condition     = length(module.observability.alarm_names) > 0 && !strcontains(jsonencode(module.observability.alarm_names), "ServiceAway")
    error_message = "An alarm of a service that cannot be there mails from the first hour on: ${jsonencode(module.observability.alarm_names)}."
  }
}
