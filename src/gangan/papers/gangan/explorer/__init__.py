"""A page to look around in: the zoo, and what GAN-GANs draw, in one HTML file."""
