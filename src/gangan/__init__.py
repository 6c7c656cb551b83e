"""GAN You Do the GAN GAN?, as a reproducible, measured pipeline."""
