output "bucket_names" {
  description = "Names of the buckets, once their policies are in force: lake, fleet, identities, models, truth, logs."
  value       = { for use, bucket in aws_s3_bucket.this : use => bucket.bucket }

  # A load balancer that is told to log tries the bucket at once, and is refused while the policy does not let it.
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_ownership_controls.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "bucket_arns" {
  description = "ARNs of the same buckets."
  value       = { for use in keys(aws_s3_bucket.this) : use => local.bucket_arns[use] }
}

output "archive_stream_name" {
  description = "Firehose stream of the archive."
  value       = aws_kinesis_firehose_delivery_stream.archive.name
}

output "archive_stream_arn" {
  description = "ARN of that stream."
  value       = local.stream_arn
}

output "archive_log_group_name" {
  description = "Log group in which Firehose tells what it could not deliver."
  value       = aws_cloudwatch_log_group.archive.name
}

output "glue_database" {
  description = "Database of the lake's tables in the data catalog."
  value       = aws_glue_catalog_database.this.name
}

output "glue_tables" {
  description = "Names of the tables."
  value       = [for table in aws_glue_catalog_table.this : table.name]
}

output "athena_workgroup" {
  description = "Workgroup of Athena, with its limit of what a question may read."
  value       = aws_athena_workgroup.this.name
}

output "named_queries" {
  description = "Questions that lie ready in Athena."
  value       = [for question in aws_athena_named_query.this : question.name]
}
