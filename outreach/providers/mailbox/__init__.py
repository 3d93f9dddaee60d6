"""The built-in mailbox: demo and development mail and texts end here instead of in the world."""
