"""Lines of tables, drawn by the same training as digits (docs/papers/mpgan.md, section 5)."""
