output "alarms_topic_arn" {
  description = "SNS topic that every alarm is told on."
  value       = aws_sns_topic.alarms.arn
}

output "alarm_names" {
  description = "Names of all alarms."
  value       = sort([for alarm in concat(values(aws_cloudwatch_metric_alarm.simple), values(aws_cloudwatch_metric_alarm.asked)) : alarm.alarm_name])
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "task_log_group_name" {
  description = "Log group that tells why tasks ended; null where no cluster is watched."
  value       = one([for group in aws_cloudwatch_log_group.tasks : group.name])
}
