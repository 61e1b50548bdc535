"""What leaders and coaches add to a round: own view, agreement, shared link, notes."""
