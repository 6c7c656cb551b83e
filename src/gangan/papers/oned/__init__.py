"""The one-dimensional GAN (docs/papers/oned.md): thousands of runs, stacked by the shape of their networks."""
