"""Pages, in one folder per audience: find a page by asking who sees it."""
