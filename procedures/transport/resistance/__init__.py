"""A resistance by current reversal: in delta mode, or with four terminals."""
