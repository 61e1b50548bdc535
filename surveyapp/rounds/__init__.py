"""A round's life: opening, answering, closing, releasing. Takes a session; knows no Flask."""
