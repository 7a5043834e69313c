locals {
  c = "zz"
}
