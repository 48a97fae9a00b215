"""Analysis shared by several procedures: plain arrays in, plain numbers out, no instrument and no file."""
