"""GANs of numbers: which modes of a density they miss."""
