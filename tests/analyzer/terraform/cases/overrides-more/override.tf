module "m" {
  other = "override"
}
