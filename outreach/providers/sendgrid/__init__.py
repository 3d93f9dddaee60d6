"""Mail through SendGrid: the v3 Web API out, its webhooks in."""
