output "function_arn" {
  description = "ARN of the function, for the rule fleet_vehicles."
  value       = aws_lambda_function.this.arn
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_role_name" {
  description = "IAM role that the function takes on."
  value       = aws_iam_role.function.name
}

output "topic_arn" {
  description = "SNS topic of the fleet's alerts."
  value       = aws_sns_topic.alerts.arn
}

output "table_names" {
  description = "DynamoDB tables: readings, vehicles, alerts."
  value       = { for key, table in aws_dynamodb_table.this : key => table.name }
}

output "queue_urls" {
  description = "SQS queues: retries, dead_letters."
  value       = { retries = aws_sqs_queue.retries.url, dead_letters = aws_sqs_queue.dead_letters.url }
}

output "queue_names" {
  description = "Names of the queues, for alarms: retries, dead_letters."
  value       = { retries = aws_sqs_queue.retries.name, dead_letters = aws_sqs_queue.dead_letters.name }
}

output "log_group_names" {
  description = "Log groups: function, and endpoint where a model is served."
  value       = merge({ function = aws_cloudwatch_log_group.function.name }, { for key, group in aws_cloudwatch_log_group.endpoint : "endpoint" => group.name })
}

output "endpoint_name" {
  description = "SageMaker endpoint of the fleet's model; null while no model is served."
  value       = one([for endpoint in aws_sagemaker_endpoint.this : endpoint.name])
}

output "endpoint_variant" {
  description = "The endpoint's production variant, for alarms."
  value       = local.variant
}

output "model_name" {
  description = "SageMaker model that is served; another one has another name. null while none is served."
  value       = one([for model in aws_sagemaker_model.this : model.name])
}

output "endpoint_configuration_name" {
  description = "Configuration that the endpoint has; null while no model is served."
  value       = one([for configuration in aws_sagemaker_endpoint_configuration.this : configuration.name])
}
