"""Servers that come with the product: PostgreSQL and Valkey out of Python wheels, on Unix sockets, never left behind.

data_dir    the folder, its lock, and who is running in it
account     the system user that servers run as when we are root
server      one server process and how it is stopped
postgres, valkey
lifeline    a pipe whose closing tells every process that the foreground is gone
keeper      the process that owns the servers and outlives everybody else by a moment
keeping     how the foreground starts the keeper and hears from it
"""
