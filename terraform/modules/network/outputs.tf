output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "IPv4 block of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Subnets of the load balancer, one a zone."
  value       = [for subnet in aws_subnet.public : subnet.id]

  # AWS refuses a load balancer where the way to the internet is not there yet.
  depends_on = [aws_route.public_internet]
}

output "private_subnet_ids" {
  description = "Subnets of the tasks, one a zone."
  value       = [for subnet in aws_subnet.private : subnet.id]
}

output "security_group_ids" {
  description = "Security groups by who they are for: load_balancer, simulator, prometheus, alertmanager, grafana, verdicts, efs, endpoints."
  value       = { for who, group in aws_security_group.this : who => group.id }
}

output "endpoint_ids" {
  description = "VPC endpoints by AWS's word for the service."
  value       = { for word, endpoint in merge(aws_vpc_endpoint.gateway, aws_vpc_endpoint.interface) : word => endpoint.id }
}

output "flow_log_group_name" {
  description = "Log group of the flow logs."
  value       = aws_cloudwatch_log_group.flow.name
}

output "grafana_database" {
  description = "Where Grafana may go to its database: security group and port; null without one."
  value       = one([for rule in aws_vpc_security_group_egress_rule.grafana_database : { security_group_id = rule.referenced_security_group_id, port = rule.from_port }])
}
