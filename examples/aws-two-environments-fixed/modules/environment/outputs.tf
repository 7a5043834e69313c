output "database_arn" {
  value = aws_db_instance.orders.arn
}

output "bucket_arn" {
  value = aws_s3_bucket.uploads.arn
}
