output "thing_type_name" {
  description = "Thing type of all machines."
  value       = aws_iot_thing_type.machine.name
}

output "thing_group_name" {
  description = "Thing group of the plant's machines."
  value       = aws_iot_thing_group.plant.name
}

output "thing_group_arn" {
  description = "ARN of that group; ingestion attaches the right to Basic Ingest to it."
  value       = "${local.iot}:thinggroup/${aws_iot_thing_group.plant.name}"
}

output "machine_policy_name" {
  description = "IoT policy that factory provision attaches to each machine's certificate."
  value       = aws_iot_policy.machine.name
}

output "machine_policy_json" {
  description = "That policy as JSON."
  value       = aws_iot_policy.machine.policy
}

output "iot_data_endpoint" {
  description = "Host that machines connect to, with a certificate of Amazon Trust Services."
  value       = data.aws_iot_endpoint.data.endpoint_address
}

output "log_group_name" {
  description = "Log group of AWS IoT, rule executions included."
  value       = aws_cloudwatch_log_group.iot.name
}

output "leases_table_name" {
  description = "DynamoDB table that says who plays which machines."
  value       = aws_dynamodb_table.leases.name
}
