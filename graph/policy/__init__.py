"""Deciding requests by policies: documents, patterns, conditions and callers, three-valued; no IO."""
