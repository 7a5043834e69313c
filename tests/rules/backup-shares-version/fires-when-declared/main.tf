resource "aws_keyspaces_table" "events" { # expect: backup-shares-version
  keyspace_name = "shop"
  table_name    = "events_prod"
  schema_definition {
    column {
      name = "id"
      type = "uuid"
    }
    partition_key { name = "id" }
  }
}
