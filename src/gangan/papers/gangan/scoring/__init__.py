"""Scores: GANs in, numbers out."""
