"""Everything that needs no process of its own runs on SQLite and on PostgreSQL."""

from tests.postgresql import app_on_each_engine

__all__ = ["app_on_each_engine"]
