"""What should not be true of a graph: findings, rules, waivers, control frameworks. Pure."""

__distribution__ = "blastwall"
