"""Google's side of the simulator: OAuth, calendars, events, free/busy and push channels."""
