"""GPUs and who holds them."""
