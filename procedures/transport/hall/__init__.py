"""Hall coefficient, carrier density and mobility of a film."""
