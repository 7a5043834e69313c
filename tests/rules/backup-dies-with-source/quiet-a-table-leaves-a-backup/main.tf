# A table that is deleted while point-in-time recovery is on leaves a backup for 35 days.
resource "aws_dynamodb_table" "carts" {
  name         = "carts-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery { enabled = true }
}
