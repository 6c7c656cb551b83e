"""GAN You Do the GAN GAN?, as a reproducible, measured pipeline."""

__version__ = "1.0.0"
