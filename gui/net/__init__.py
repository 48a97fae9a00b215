"""The window's side of the service: threads that ask, so that nothing in the window ever waits."""
