"""`make bench`: the product beside a bare Django floor, measured in one run, told as ratios."""
