"""Copies that are made the same way everywhere: tables only."""

from graph.providers import Provider

PROVIDER = Provider("generic")
