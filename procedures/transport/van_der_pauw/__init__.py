"""Sheet resistance and resistivity of a film by van der Pauw's method."""
