"""GANs that translate images from one domain to another: CycleGAN and the fused encoder."""
