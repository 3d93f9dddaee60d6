<<<<<<< HEAD
"""Care: looking after customers by people as well as by mail."""
=======
"""Care beyond sending: who fades, who is due a service, who was let down, who has something to tell."""
>>>>>>> main
