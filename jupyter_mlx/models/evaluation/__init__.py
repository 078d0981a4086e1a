"""Evaluating versions: metrics with intervals, slices, calibration, a version against the champion on the same rows."""
