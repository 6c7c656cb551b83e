"""MP-GAN (docs/papers/mpgan.md): a convolutional GAN of MNIST's digits, and the same training for tables of numbers."""
