"""What code of the host app calls on ``zoom``, one class for each of its attributes."""
