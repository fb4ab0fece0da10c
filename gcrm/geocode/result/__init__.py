"""The result: the tables that later stages read, what they mean, and what a person is told about them."""
