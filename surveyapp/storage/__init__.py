"""What is kept: tables by noun, and named queries that take a scope."""
