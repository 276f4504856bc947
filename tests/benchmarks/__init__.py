"""What users feel, measured as ratios against hand-written code in the same run. `make bench`."""
