"""What keeps answers unnamed: keys, sealed boxes, change codes, disclosure. Pure functions."""
