"""Care beyond sending: who fades, who is due a service, who was let down, who has something to tell."""
