output "service_name" {
  description = "Name of the ECS service; null where there is only a task definition."
  value       = one(concat(aws_ecs_service.fixed[*].name, aws_ecs_service.scaled[*].name))
}

output "service_id" {
  description = "ARN of the ECS service; null where there is only a task definition."
  value       = one(concat(aws_ecs_service.fixed[*].id, aws_ecs_service.scaled[*].id))
}

output "task_definition_arn" {
  description = "ARN of the task definition with its revision."
  value       = aws_ecs_task_definition.this.arn
}

output "task_definition_family" {
  description = "Family of the task definition."
  value       = aws_ecs_task_definition.this.family
}

output "container_definitions" {
  description = "The containers as ECS takes them, in JSON."
  value       = aws_ecs_task_definition.this.container_definitions
}

output "task_role_arn" {
  description = "ARN of the role that the programs take on."
  value       = aws_iam_role.task.arn
}

output "execution_role_arn" {
  description = "ARN of the role that pulls images and injects secrets."
  value       = aws_iam_role.execution.arn
}

output "log_group_name" {
  description = "Log group of all containers; each has streams under its own name."
  value       = aws_cloudwatch_log_group.this.name
}
