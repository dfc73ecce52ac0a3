"""Actions: what programs do with a host's Zoom and bookings, the same by REST, command line, MCP and Python.

``listed.ACTIONS`` is all of them; ``running.run`` runs one for a host. None ever shows a token.
"""
