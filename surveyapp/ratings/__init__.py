"""Ratings gathered elsewhere (on paper, with another tool): reading and checking their files."""
