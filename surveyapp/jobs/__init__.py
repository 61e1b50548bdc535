"""Work in the background: the job table is the truth, whoever takes jobs from it."""
