"""Deployments: the rules that hold for every place that serves models."""
