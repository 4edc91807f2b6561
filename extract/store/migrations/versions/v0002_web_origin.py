"""Where a file was got: its web address, the page that links to it, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = ("notices", "versions")


def upgrade() -> None:
    """Go to this revision."""
    for table in _TABLES:
        op.add_column(table, sa.Column("source_url", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("source_page", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("retrieved_at", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_notices_source_page"), "notices", ["source_page"], unique=False)


def downgrade() -> None:
    """Go back from it."""
    op.drop_index(op.f("ix_notices_source_page"), table_name="notices")
    for table in _TABLES:
        op.drop_column(table, "retrieved_at")
        op.drop_column(table, "source_page")
        op.drop_column(table, "source_url")
