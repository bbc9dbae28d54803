output "key_arns" {
  description = "KMS keys by what they are for: identities, lake, fleet, models, truth, secrets, logs."
  value       = { for key, made in aws_kms_key.this : key => made.arn }
}

output "key_aliases" {
  description = "Their aliases, as `alias/smart-factory-plant1-lake`."
  value       = { for key, made in aws_kms_alias.this : key => made.name }
}

output "secret_arns" {
  description = "Empty secrets: smtp, grafana_admin."
  value       = { for key, made in aws_secretsmanager_secret.this : key => made.arn }
}

output "secret_names" {
  description = "Their names, for `aws secretsmanager put-secret-value --secret-id NAME`."
  value       = { for key, made in aws_secretsmanager_secret.this : key => made.name }
}

output "repository_urls" {
  description = "Addresses of the ECR repositories by image, without a tag."
  value       = { for image, made in aws_ecr_repository.this : image => made.repository_url }
}

output "repository_arns" {
  description = "ARNs of the ECR repositories by image."
  value       = { for image, made in aws_ecr_repository.this : image => made.arn }
}
