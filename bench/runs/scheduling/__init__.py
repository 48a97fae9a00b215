"""Runs what is queued: who may start now, start-up after a loss, and mail from other processes."""
