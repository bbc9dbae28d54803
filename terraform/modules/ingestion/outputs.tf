output "rule_arns" {
  description = "ARNs of the rules, by name."
  value       = { for rule, made in aws_iot_topic_rule.catalog : rule => made.arn }
}

output "rule_names" {
  description = "Names of the rules."
  value       = keys(aws_iot_topic_rule.catalog)
}

output "rules" {
  description = "SQL of the rules, by name."
  value       = { for rule, made in aws_iot_topic_rule.catalog : rule => made.sql }
}

output "rule_actions" {
  description = "Kinds of each rule's actions as the API calls them, the error action's too."
  value       = { for rule, actions in local.all_actions : rule => distinct([for action in actions : action.kind]) }
}

output "role_arns" {
  description = "ARNs of the rules' roles, by rule."
  value       = { for rule, role in aws_iam_role.rule : rule => role.arn }
}

output "alerts_topic_arn" {
  description = "SNS topic of critical values."
  value       = aws_sns_topic.alerts.arn
}

output "basic_ingest_topics" {
  description = "With basic_ingest: where a machine may publish its readings, by rule; else nothing."
  value       = { for rule in keys(local.catalog) : rule => "$aws/rules/${rule}/" if var.basic_ingest && !try(local.catalog[rule].ruleDisabled, false) }
}
