"""Due services: what customers have done again and again, when it is due, and how they are asked about it."""
