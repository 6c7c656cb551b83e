"""The papers, a folder each. None imports another."""
