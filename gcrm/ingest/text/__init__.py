"""Text files: CSV in any declared encoding, record by record where a file does not keep to the rules."""
