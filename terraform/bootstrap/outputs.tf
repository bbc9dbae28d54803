output "state_bucket" {
  description = "Bucket of the states; the variable STATE_BUCKET of the workflows."
  value       = aws_s3_bucket.state.bucket
}

output "state_key_arn" {
  description = "KMS key of the states."
  value       = aws_kms_key.state.arn
}

output "plan_role_arn" {
  description = "Role that pull requests plan with: `aws-actions/configure-aws-credentials` of plan.yml."
  value       = aws_iam_role.plan.arn
}

output "deploy_role_arn" {
  description = "Role that the main branch deploys with; it belongs into the plants' `administrators`."
  value       = aws_iam_role.deploy.arn
}

output "github_oidc_provider_arn" {
  description = "GitHub's OIDC provider of the account."
  value       = local.provider_arn
}

output "backend_config" {
  description = "Content of a file for `terraform init -backend-config=FILE`: where the state of a plant called plant1 lies, locked by S3 itself."
  value       = <<-EOT
    bucket       = "${aws_s3_bucket.state.bucket}"
    key          = "plants/plant1.tfstate"
    region       = "${var.region}"
    encrypt      = true
    kms_key_id   = "${aws_kms_key.state.arn}"
    use_lockfile = true
  EOT
}

output "next" {
  description = "The next commands."
  value       = "terraform -chdir=terraform/bootstrap output -raw backend_config > terraform/backend.hcl && terraform -chdir=terraform init -backend-config=backend.hcl"
}

output "permissions_boundary_arn" {
  description = "The most that roles of plants can ever do: `permissions_boundary_arn` of each plant that the deploy role applies."
  value       = aws_iam_policy.plant_boundary.arn
}
