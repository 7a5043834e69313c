# A project for each environment: two volumes, two ids.
resource "railway_project" "prod" {
  name                = "rental"
  default_environment = { name = "production" }
}

resource "railway_project" "staging" {
  name                = "rental-staging"
  default_environment = { name = "staging" }
}

resource "railway_service" "prod" {
  name         = "postgres"
  project_id   = railway_project.prod.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" }
}

resource "railway_service" "staging" {
  name         = "postgres"
  project_id   = railway_project.staging.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" }
}
