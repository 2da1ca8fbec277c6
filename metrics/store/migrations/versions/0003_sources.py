"""Sources: how far each was read, its schedule, what is gone, and more of each run."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "source_state",
        sa.Column("programme", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("watermark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.BigInteger(), nullable=True),
        sa.Column("definitions", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", _TEXT, nullable=True),
        sa.Column("chain", sa.Integer(), nullable=True),
        sa.Column("full_chain", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.name"], name=op.f("fk_source_state_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "source", name=op.f("pk_source_state")),
    )
    op.create_table(
        "gone_row",
        sa.Column("programme", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("record", _TEXT, nullable=False),
        sa.Column("source_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.name"], name=op.f("fk_gone_row_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "source", "record", "source_id", "item", name=op.f("pk_gone_row")),
    )
    op.create_table(
        "schedule",
        sa.Column("programme", _TEXT, nullable=False),
        sa.Column("job", _TEXT, nullable=False),
        sa.Column("cron", _TEXT, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.name"], name=op.f("fk_schedule_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "job", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("newest_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("full", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("resumed", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ("full", "resumed"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_index(batch_op.f("ix_run_programme_source"), ["programme", "source"], unique=False)
    # Rejected rows come again when their source is read, so the old ones need not be taken along.
    op.drop_table("rejected_row")
    op.create_table("rejected_row", *_rejected("chain"), _key("chain"))


def downgrade() -> None:
    op.drop_table("rejected_row")
    op.create_table("rejected_row", *_rejected(), _key())
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_programme_source"))
        for name in ("newest_on", "full", "resumed"):
            batch_op.drop_column(name)
    for name in ("schedule", "gone_row", "source_state"):
        op.drop_table(name)


def _rejected(*more: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("programme", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*more, "number")),
        sa.Column("record", _TEXT, nullable=False),
        sa.Column("file", _TEXT, nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", _TEXT, nullable=bool(more)),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("found", _TEXT, nullable=True),
        sa.Column("allowed", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.name"], name=op.f("fk_rejected_row_programme_programme")),
    ]


def _key(*more: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("programme", "source", *more, "number", name=op.f("pk_rejected_row"))
