"""Instruments made by Lake Shore Cryotronics."""
