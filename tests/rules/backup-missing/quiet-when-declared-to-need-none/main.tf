resource "aws_opensearch_domain" "search" {
  domain_name = "search-prod"
}

resource "aws_elasticache_cluster" "sessions" {
  cluster_id      = "sessions-prod"
  engine          = "memcached"
  node_type       = "cache.t4g.small"
  num_cache_nodes = 2
}
