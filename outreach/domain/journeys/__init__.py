"""Journeys: declared steps that follow something a customer did, with waits, conditions, a goal and a way out."""
