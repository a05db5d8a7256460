"""Tests of the fit engine."""
