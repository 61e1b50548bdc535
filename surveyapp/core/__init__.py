"""What the product knows about leading: pure Python and NumPy, no framework, no database."""
