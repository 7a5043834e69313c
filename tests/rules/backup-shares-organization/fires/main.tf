# Two projects of one workspace: its administrators reach both.
resource "railway_project" "shop" { name = "shop" }

resource "railway_project" "vault" { name = "vault" }

resource "railway_service" "db" {
  name         = "postgres"
  project_id   = railway_project.shop.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" } # expect: backup-shares-organization
  lifecycle { prevent_destroy = true }
}

resource "railway_service" "dumps" {
  name         = "dumps"
  project_id   = railway_project.vault.id
  source_image = "ghcr.io/acme/pg-dump:3"
  volume       = { name = "dumps", mount_path = "/dumps" }
}
