"""Compaction: which months of a source were counted, and whether their single rows are gone."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "compacted",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("programme", "source", "record", "month")),
        sa.Column("compacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programme.name"], name=op.f("fk_compacted_programme_programme")),
        sa.PrimaryKeyConstraint("programme", "source", "record", "month", name=op.f("pk_compacted")),
    )


def downgrade() -> None:
    op.drop_table("compacted")
