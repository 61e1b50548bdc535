"""People files: reading them, naming every fault in them, and applying them."""
