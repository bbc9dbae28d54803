# Where Grafana's users are kept: its database is told to the task and to the network, or Grafana never reaches it.

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

run "a_database_is_reached_by_grafana_alone" {
  command = plan

  variables {
    grafana = {
      replicas = 2
      database = {
        host                = "db.example.com:5432"
        name                = "grafana"
        user                = "grafana"
        password_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:grafana-db-AbCdEf"
        security_group_id   = "sg-0123456789abcdef0"
      }
    }
  }

  assert {
    condition     = module.network.grafana_database == { security_group_id = "sg-0123456789abcdef0", port = 5432 }
    error_message = "Grafana cannot leave to its database: ${jsonencode(module.network.grafana_database)}"
  }
}
