"""Exhibits: what is shown beside the figures of a look."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exhibit",
        sa.Column("look_id", sa.Integer(), nullable=False),
        sa.Column("project", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shown", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["look_id"], ["look.id"], name=op.f("fk_exhibit_look_id_look")),
        sa.PrimaryKeyConstraint("look_id", "project", "shown", "name", name=op.f("pk_exhibit")),
    )


def downgrade() -> None:
    op.drop_table("exhibit")
