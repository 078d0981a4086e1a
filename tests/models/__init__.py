"""Tests of models: runs, the registry, gates, evaluation, deployment, replay."""
