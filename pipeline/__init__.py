"""From stored bytes to a delivered Alert."""
