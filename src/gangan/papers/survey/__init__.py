"""A survey of GANs (docs/papers/survey.md): toy densities, DCGAN, WGAN, CycleGAN, and its fused encoder."""
