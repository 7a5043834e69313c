resource "railway_project" "app" {
  name                = "rental"
  default_environment = { name = "production" }
}

resource "railway_service" "db" {
  name         = "postgres"
  project_id   = railway_project.app.id
  source_image = "ghcr.io/railwayapp-templates/postgres-ssl:16"
  volume       = { name = "pg-data", mount_path = "/var/lib/postgresql/data" } # expect: backup-dies-with-source
}
