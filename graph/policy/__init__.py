"""Deciding requests by policies: documents, patterns, conditions, callers; three-valued, no IO."""
