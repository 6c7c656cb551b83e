"""Zoos and GAN-GANs as others can use them: what they read with their own tools, what they bring, and cards."""
