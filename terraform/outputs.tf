# Written by `python -P -m factory.terraform_root` from modules/factory, which this root deploys.

output "url" {
  description = "Where people find the factory; paths /grafana, /prometheus, /alertmanager, /simulator."
  value       = module.factory.url
}

output "load_balancer" {
  description = "The load balancer's own name, for a record that is kept elsewhere than in Route 53."
  value       = module.factory.load_balancer
}

output "cluster_name" {
  description = "ECS cluster of the services; null before there are images."
  value       = module.factory.cluster_name
}

output "service_names" {
  description = "ECS services by what they run; none before there are images."
  value       = module.factory.service_names
}

output "repository_urls" {
  description = "ECR repositories by image, to push to; empty where another plant has made them."
  value       = module.factory.repository_urls
}

output "secret_names" {
  description = "Empty secrets to be filled: smtp and grafana_admin."
  value       = module.factory.secret_names
}

output "bucket_names" {
  description = "Buckets: lake, fleet, identities, models, truth, logs."
  value       = module.factory.bucket_names
}

output "iot_data_endpoint" {
  description = "Host that machines publish to, on port 8883."
  value       = module.factory.iot_data_endpoint
}

output "athena_workgroup" {
  description = "Workgroup of Athena in which the lake is asked."
  value       = module.factory.athena_workgroup
}

output "fleet_endpoint" {
  description = "SageMaker endpoint of the fleet's model; null before a model is published."
  value       = module.factory.fleet_endpoint
}

output "published_models" {
  description = "Variables that say which models serve by now; a push plans with them again."
  value       = module.factory.published_models
}

output "dashboard" {
  description = "CloudWatch dashboard of the plant."
  value       = module.factory.dashboard
}

output "next" {
  description = "The next command; docs/aws.md says what it does."
  value       = module.factory.next
}

output "load_balancer_security_group_id" {
  description = "Security group of the load balancer: a smoke test lets its own address in for as long as it runs."
  value       = module.factory.load_balancer_security_group_id
}
