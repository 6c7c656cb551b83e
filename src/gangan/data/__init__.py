"""Datasets: fetched, verified, read."""
