"""Implementations of the Engine port: a local process today, more machines behind the same port later."""
