"""Late sources: which were late when an evaluation was made."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.add_column("look", sa.Column("late", _TEXT, nullable=True))


def downgrade() -> None:
    op.drop_column("look", "late")
