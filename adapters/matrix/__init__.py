"""Matrix, end-to-end encrypted: their events into our values, our words into theirs."""
