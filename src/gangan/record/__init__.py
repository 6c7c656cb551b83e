"""What jobs record of themselves, and audits of it. Only job and cli import this."""
