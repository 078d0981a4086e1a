"""Policies that guard aliases, their checks, and promotions through them."""
