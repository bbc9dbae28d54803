output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "cluster_arn" {
  description = "ARN of the ECS cluster."
  value       = aws_ecs_cluster.this.arn
}

output "service_names" {
  description = "Names of the ECS services, by what they run."
  value       = { for service, one in local.services : service => one.service_name }
}

output "task_role_arns" {
  description = "Roles that the programs take on, by service."
  value       = { for service, one in merge(local.services, local.trainings) : service => one.task_role_arn }
}

output "execution_role_arns" {
  description = "Roles that pull images and inject secrets, by service."
  value       = { for service, one in merge(local.services, local.trainings) : service => one.execution_role_arn }
}

output "task_definition_families" {
  description = "Families of the task definitions, by service."
  value       = { for service, one in merge(local.services, local.trainings) : service => one.task_definition_family }
}

output "log_group_names" {
  description = "Log groups, by service."
  value       = { for service, one in merge(local.services, local.trainings) : service => one.log_group_name }
}

output "namespace_id" {
  description = "Cloud Map namespace `factory.internal`."
  value       = aws_service_discovery_private_dns_namespace.this.id
}

output "history_endpoint" {
  description = "Address of the Amazon Managed Prometheus workspace."
  value       = aws_prometheus_workspace.this.prometheus_endpoint
}

output "history_arn" {
  description = "ARN of the Amazon Managed Prometheus workspace."
  value       = aws_prometheus_workspace.this.arn
}

output "metric_namespace" {
  description = "CloudWatch namespace of what the simulators tell: SimulatorMachines, SimulatorOldestUnansweredSeconds, SimulatorStoredMessages."
  value       = local.namespace
}

locals {
  services = {
    simulator    = module.simulator
    prometheus   = module.prometheus
    alertmanager = module.alertmanager
    grafana      = module.grafana
    verdicts     = module.verdicts
  }
  trainings = { for one in module.training : "training" => one }
}
