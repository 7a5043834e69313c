# A workspace of its own for the dumps.
resource "railway_project" "shop" {
  name         = "shop"
  workspace_id = "7f7b0c4e-5c8e-4f4a-9d39-0f6a6d1c0001"
}

resource "railway_project" "vault" {
  name         = "vault"
  workspace_id = "7f7b0c4e-5c8e-4f4a-9d39-0f6a6d1c0002"
}

resource "railway_service" "db" {
  name         = "postgres"
  project_id   = railway_project.shop.id
  source_image = "postgres:16"
  volume       = { name = "pg-data", mount_path = "/data" }
  lifecycle { prevent_destroy = true }
}

resource "railway_service" "dumps" {
  name         = "dumps"
  project_id   = railway_project.vault.id
  source_image = "ghcr.io/acme/pg-dump:3"
  volume       = { name = "dumps", mount_path = "/dumps" }
}
