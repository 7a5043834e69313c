# More than it needs, over nothing that can be lost.
resource "railway_project" "site" { name = "site" }

resource "railway_service" "web" {
  name               = "web"
  project_id         = railway_project.site.id
  source_repo        = "acme/site"
  source_repo_branch = "main"
}
