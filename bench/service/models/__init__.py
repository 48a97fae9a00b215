"""What the service and its clients say to each other; these models are the description of the API."""
