"""Simulation: cases of a definition worked on by simulated people over simulated days, in memory and reproducibly."""
