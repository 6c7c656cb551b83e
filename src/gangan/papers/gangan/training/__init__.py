"""GANs and GAN-GANs: losses, a step, their training, and draws from what was learned."""
