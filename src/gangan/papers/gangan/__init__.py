"""GAN You Do the GAN GAN? (Suarez 2019): GANs, and GANs over their weights; docs/papers/gangan.md."""
