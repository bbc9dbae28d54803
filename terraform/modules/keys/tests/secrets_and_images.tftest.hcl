# Secrets are made empty; images cannot be changed under their tag.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

override_resource {
  target          = aws_kms_key.this["secrets"]
  override_during = plan
  values = {
    arn = "arn:aws:kms:eu-central-1:111122223333:key/99999999-9999-9999-9999-999999999999"
  }
}

variables {
  name           = "smart-factory-plant1"
  plant          = "plant1"
  administrators = ["arn:aws:iam::111122223333:role/smart-factory-github-deploy"]
}

run "secrets_lie_under_their_key_and_can_be_called_back" {
  command = plan

  assert {
    condition     = { for key, secret in aws_secretsmanager_secret.this : key => secret.name } == { smtp = "smart-factory/plant1/smtp", grafana_admin = "smart-factory/plant1/grafana-admin" }
    error_message = "Secrets are ${jsonencode([for secret in aws_secretsmanager_secret.this : secret.name])}."
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.kms_key_id == "arn:aws:kms:eu-central-1:111122223333:key/99999999-9999-9999-9999-999999999999" && secret.recovery_window_in_days == 7])
    error_message = "A secret is not under the key of secrets, or is gone at once."
  }
}

run "images_are_scanned_and_never_changed_under_their_tag" {
  command = plan

  assert {
    condition = [for repository in aws_ecr_repository.this : repository.name] == [
      "smart-factory/alertmanager", "smart-factory/grafana", "smart-factory/init", "smart-factory/local-aws", "smart-factory/maintenance",
      "smart-factory/prometheus", "smart-factory/simulator",
    ]
    error_message = "Repositories are ${jsonencode([for repository in aws_ecr_repository.this : repository.name])}."
  }

  assert {
    condition = alltrue([
      for repository in aws_ecr_repository.this :
      repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push && repository.encryption_configuration[0].encryption_type == "KMS" && !repository.force_delete
    ])
    error_message = "A repository lets tags be moved, does not scan, does not encrypt, or goes with its images."
  }

  assert {
    condition     = keys(aws_ecr_lifecycle_policy.this) == keys(aws_ecr_repository.this)
    error_message = "A repository grows for ever."
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this["simulator"].policy).rules : "${rule.selection.tagStatus} ${rule.selection.countType} ${rule.selection.countNumber}"] == ["untagged sinceImagePushed 7", "tagged imageCountMoreThan 30"]
    error_message = "Images go by ${aws_ecr_lifecycle_policy.this["simulator"].policy}."
  }
}

run "a_second_plant_shares_the_repositories" {
  command = plan

  variables {
    images               = []
    secret_recovery_days = 0
    deletion_window_days = 7
    images_kept          = 2
  }

  assert {
    condition     = length(aws_ecr_repository.this) == 0 && output.repository_urls == {}
    error_message = "It makes repositories that are there already."
  }
}
