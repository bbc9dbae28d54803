output "url" {
  description = "Where people find the factory; paths /grafana, /prometheus, /alertmanager, /simulator."
  value       = module.edge.url
}

output "load_balancer" {
  description = "The load balancer's own name, for a record that is kept elsewhere than in Route 53."
  value       = module.edge.dns_name
}

output "cluster_name" {
  description = "ECS cluster of the services; null before there are images."
  value       = one(module.services[*].cluster_name)
}

output "service_names" {
  description = "ECS services by what they run; none before there are images."
  value       = try(module.services[0].service_names, {})
}

output "repository_urls" {
  description = "ECR repositories by image, to push to; empty where another plant has made them."
  value       = module.keys.repository_urls
}

output "secret_names" {
  description = "Empty secrets to be filled: smtp and grafana_admin."
  value       = module.keys.secret_names
}

output "bucket_names" {
  description = "Buckets: lake, fleet, identities, models, truth, logs."
  value       = module.lake.bucket_names
}

output "iot_data_endpoint" {
  description = "Host that machines publish to, on port 8883."
  value       = module.identity.iot_data_endpoint
}

output "athena_workgroup" {
  description = "Workgroup of Athena in which the lake is asked."
  value       = module.lake.athena_workgroup
}

output "fleet_endpoint" {
  description = "SageMaker endpoint of the fleet's model; null before a model is published."
  value       = module.fleet.endpoint_name
}

output "published_models" {
  description = "Variables that say which models serve by now; a push plans with them again."
  value       = { models_published = var.models_published, model_data_url = var.fleet.model_data_url }
}

output "dashboard" {
  description = "CloudWatch dashboard of the plant."
  value       = module.observability.dashboard_name
}

output "next" {
  description = "The next command; docs/aws.md says what it does."
  value = (
    length(var.images) == 0 ? "make deploy, which goes on with the images, the secrets ${join(" and ", values(module.keys.secret_names))} and the machines"
    : !var.models_published ? "make deploy, which goes on with the machines and with: factory train plant --publish ${module.lake.bucket_names["models"]}"
    : "open ${module.edge.url}"
  )
}

output "load_balancer_security_group_id" {
  description = "Security group of the load balancer: a smoke test lets its own address in for as long as it runs."
  value       = module.network.security_group_ids["load_balancer"]
}
