"""The demo: two invented organisations, built through the same doors as real use."""
