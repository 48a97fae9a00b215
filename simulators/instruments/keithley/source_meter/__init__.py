"""What simulated source meters have in common, whatever commands they understand."""
