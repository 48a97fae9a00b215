"""What simulated voltmeters have in common: triggering, the buffer, the digital filter, CONFigure."""
