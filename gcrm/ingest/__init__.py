"""Ingest: files become typed tables and a ledger of what was rejected."""
