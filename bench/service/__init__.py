"""The bench as a service: HTTP and WebSocket on this computer, for window, command line and scripts."""
