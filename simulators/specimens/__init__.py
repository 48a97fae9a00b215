"""What the samples really are: one file for each kind of specimen a sample can be made into."""
