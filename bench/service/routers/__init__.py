"""One router a resource: from a request to the desk, the station or a run folder, and back as a model."""
