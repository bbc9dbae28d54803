output "url" {
  description = "Where people find the factory; paths /grafana, /prometheus, /alertmanager, /simulator."
  value       = module.factory.url
}

output "cluster_name" {
  description = "ECS cluster of the services; null before there are images."
  value       = module.factory.cluster_name
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

output "next" {
  description = "The next command."
  value       = module.factory.next
}
