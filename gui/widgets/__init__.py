"""Small parts that several screens use: theme, tiles, traces, banners."""
