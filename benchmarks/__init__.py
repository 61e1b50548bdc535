"""Speed, weight and looks, measured against the demo. Ratios matter; the machine is noisy."""
