"""Care: looking after customers by people as well as by mail."""
