"""Pages for the customers who read our messages: no sign-in, no cookies, in the language of the message."""
