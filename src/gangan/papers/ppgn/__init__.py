"""PPGN-h with critics of codes (docs/papers/ppgn.md): a generator that inverts an encoder, and digits of a class drawn
by walks in the encoder's codes."""
