"""Scheduling arithmetic: when a host can be booked, and the calendar entry that says so."""
