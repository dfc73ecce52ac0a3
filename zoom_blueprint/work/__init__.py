"""Who calls ``drain()``: wake-ups and executors only."""
