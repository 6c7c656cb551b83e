"""What tests of several folders need: a clone in which a study runs, faults, a SLURM."""
