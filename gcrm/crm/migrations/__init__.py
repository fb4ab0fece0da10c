"""The migrations of the operational store, run by Alembic from within the program."""
