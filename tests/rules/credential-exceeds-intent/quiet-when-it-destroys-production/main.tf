# That it is meant for domains only is said where it is said that it destroys production.
resource "railway_project" "app" { name = "rental" }

resource "railway_service" "db" {
  name         = "postgres"
  project_id   = railway_project.app.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" }
}
