"""How identities of AWS come to act as others, or with more than they were given."""
