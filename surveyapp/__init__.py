"""Anonymous ratings of trust and supervision, and where each leader sits between three poles."""
