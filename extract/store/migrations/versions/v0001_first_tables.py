"""The first tables."""

import sqlalchemy as sa
from alembic import op

from extract.store.tables import Exact

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("plan_year", sa.BigInteger(), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_media_type", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_table(
        "checks",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("operands", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("residual", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_checks_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_checks")),
    )
    op.create_index(op.f("ix_checks_notice_id"), "checks", ["notice_id"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_corrections_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_notice_id"), "corrections", ["notice_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("patch", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_events_notice_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
    )
    op.create_index(op.f("ix_events_notice_id"), "events", ["notice_id"], unique=False)
    op.create_index(op.f("ix_events_subject"), "events", ["subject"], unique=False)

    op.create_table(
        "findings",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_findings_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_notice_id"), "findings", ["notice_id"], unique=False)

    op.create_table(
        "oversight",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_oversight_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_oversight")),
    )
    op.create_index(op.f("ix_oversight_notice_id"), "oversight", ["notice_id"], unique=False)

    op.create_table(
        "projects",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_projects_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_projects")),
    )
    op.create_index(op.f("ix_projects_notice_id"), "projects", ["notice_id"], unique=False)

    op.create_table(
        "versions",
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_versions_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "version", name=op.f("pk_versions")),
        sa.UniqueConstraint("notice_id", "digest", name=op.f("uq_versions_notice_id")),
    )
    op.create_table(
        "amounts",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("project_key", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("minimum", Exact(), nullable=True),
        sa.Column("maximum", Exact(), nullable=True),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("per", sa.Text(), nullable=True),
        sa.Column("part_of", sa.Text(), nullable=True),
        sa.Column("share", Exact(), nullable=True),
        sa.Column("task", sa.BigInteger(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_amounts_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_key"],
            ["projects.key"],
            name=op.f("fk_amounts_project_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_amounts")),
    )
    op.create_index(op.f("ix_amounts_notice_id"), "amounts", ["notice_id"], unique=False)
    op.create_index(op.f("ix_amounts_project_key"), "amounts", ["project_key"], unique=False)

    op.create_table(
        "deadlines",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("project_key", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=True),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("year_inferred", sa.Boolean(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=True),
        sa.Column("overrides", sa.Text(), nullable=True),
        sa.Column("task", sa.BigInteger(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_deadlines_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_key"],
            ["projects.key"],
            name=op.f("fk_deadlines_project_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deadlines")),
    )
    op.create_index("ix_deadlines_date", "deadlines", ["date"], unique=False)
    op.create_index(op.f("ix_deadlines_notice_id"), "deadlines", ["notice_id"], unique=False)
    op.create_index(op.f("ix_deadlines_project_key"), "deadlines", ["project_key"], unique=False)

    op.create_table(
        "departments",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("project_key", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=True),
        sa.Column("group", sa.Boolean(), nullable=False),
        sa.Column("group_size", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_departments_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_key"],
            ["projects.key"],
            name=op.f("fk_departments_project_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_departments")),
    )
    op.create_index("ix_departments_name", "departments", ["name"], unique=False)
    op.create_index(op.f("ix_departments_notice_id"), "departments", ["notice_id"], unique=False)
    op.create_index(
        op.f("ix_departments_project_key"), "departments", ["project_key"], unique=False
    )

    op.create_table(
        "quantities",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("project_key", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("minimum", Exact(), nullable=True),
        sa.Column("maximum", Exact(), nullable=True),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("dimension", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("object", sa.Text(), nullable=True),
        sa.Column("per", sa.Text(), nullable=True),
        sa.Column("task", sa.BigInteger(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_quantities_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_key"],
            ["projects.key"],
            name=op.f("fk_quantities_project_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_quantities")),
    )
    op.create_index(op.f("ix_quantities_notice_id"), "quantities", ["notice_id"], unique=False)
    op.create_index(op.f("ix_quantities_project_key"), "quantities", ["project_key"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("notice_id", sa.String(length=200), nullable=False),
        sa.Column("project_key", sa.String(length=200), nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence_text", sa.Text(), nullable=True),
        sa.Column("evidence_start", sa.BigInteger(), nullable=True),
        sa.Column("evidence_end", sa.BigInteger(), nullable=True),
        sa.Column("evidence_page", sa.BigInteger(), nullable=True),
        sa.Column("evidence_table", sa.BigInteger(), nullable=True),
        sa.Column("evidence_row", sa.BigInteger(), nullable=True),
        sa.Column("evidence_column", sa.BigInteger(), nullable=True),
        sa.Column("evidence_confidence", Exact(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_tasks_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_key"], ["projects.key"], name=op.f("fk_tasks_project_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_notice_id"), "tasks", ["notice_id"], unique=False)
    op.create_index(op.f("ix_tasks_project_key"), "tasks", ["project_key"], unique=False)


def downgrade() -> None:
    """Go back from it."""

    op.drop_table("tasks")

    op.drop_table("quantities")

    op.drop_table("departments")

    op.drop_table("deadlines")

    op.drop_table("amounts")
    op.drop_table("versions")

    op.drop_table("projects")

    op.drop_table("oversight")

    op.drop_table("findings")

    op.drop_table("events")

    op.drop_table("corrections")

    op.drop_table("checks")
    op.drop_table("notices")
