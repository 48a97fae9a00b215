"""From a queue file to a checked plan: everything wrong is listed before anything starts."""
