provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Environment = "production" } }
}

resource "aws_s3_bucket" "logs" { bucket = "acme-prod-access-logs" }

resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "application"
  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }
}
