"""A door: HTTP. A view unwraps the request, calls one service or reads one page's queries, and answers."""
