"""What the service tells while runs go on: rows from their files, events from the engine."""
