"""The persistent queue: its journal is the truth, written by several processes in turn."""
