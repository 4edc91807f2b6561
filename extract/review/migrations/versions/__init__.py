"""The revisions of the review tables, run by Alembic beside those of the store."""
