"""What leaders do with a round themselves: their own view, before they see the team's."""
