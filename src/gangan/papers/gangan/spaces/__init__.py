"""Where a GAN-GAN works: rows aligned, renormalised, standardised, or as few components."""
