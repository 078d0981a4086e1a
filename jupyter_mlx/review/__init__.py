"""What differs between runs and notebooks."""
