"""Where a client finds the service of a data folder: names of files that only their user can read."""

ENDPOINT = "service.json"
"""{"url", "pid", "started"}: where it listens; left behind by one that was killed."""
TOKENS = "service-tokens.json"
"""{"view", "operate"}: made once for each data folder."""
API = "/api/v1"
"""What every path begins with."""
