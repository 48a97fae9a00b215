"""Heat treatments: programmes that the furnace's controller runs, watched, recorded and judged from here."""
