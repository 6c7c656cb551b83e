"""Measures of images and of claims, the same for every paper."""
