"""A real HTTP server that plays Zoom: OAuth with a consent page, REST, signed webhooks, quotas and faults."""
