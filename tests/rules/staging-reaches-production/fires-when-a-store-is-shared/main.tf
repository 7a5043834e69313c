# A Railway volume has one id in all environments of its project.
resource "railway_project" "app" {
  name                = "rental"
  default_environment = { name = "production" }
}

resource "railway_environment" "staging" {
  name       = "staging"
  project_id = railway_project.app.id
}

resource "railway_service" "db" {
  name         = "postgres"
  project_id   = railway_project.app.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" } # expect: staging-reaches-production
}
