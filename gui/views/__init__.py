"""The screens, one file each, and the models of their tables."""
