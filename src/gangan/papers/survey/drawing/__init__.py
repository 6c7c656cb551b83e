"""GANs that draw images from noise: the GAN of digits, DCGAN and WGAN."""
