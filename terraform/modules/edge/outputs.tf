output "dns_name" {
  description = "The load balancer's own name."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Hosted zone of the load balancer's own name, for an alias kept elsewhere."
  value       = aws_lb.this.zone_id
}

output "url" {
  description = "Where people find the factory, without a path."
  value       = "https://${var.domain_name}"
}

output "target_group_arns" {
  description = "Target groups by service: grafana, prometheus, alertmanager, simulator; each has a listener already."
  # A service may be registered only in a group that a rule sends somebody to: ECS refuses others.
  value = { for service, group in aws_lb_target_group.this : service => group.arn if length([
    for key, rule in aws_lb_listener_rule.path : rule.id if local.paths[key].service == service
  ]) > 0 }
}

output "target_group_arn_suffixes" {
  description = "Target groups by service, as CloudWatch names them."
  value       = { for service, group in aws_lb_target_group.this : service => group.arn_suffix }
}

output "listener_arn" {
  description = "ARN of the HTTPS listener."
  value       = aws_lb_listener.https.arn
}

output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "The load balancer as CloudWatch names it."
  value       = aws_lb.this.arn_suffix
}

output "certificate_arn" {
  description = "ARN of the certificate that is shown."
  value       = local.certificate_arn
}
