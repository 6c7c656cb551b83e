"""Figures and tables of finished files."""
