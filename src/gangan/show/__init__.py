"""How figures and tables look and are written."""
