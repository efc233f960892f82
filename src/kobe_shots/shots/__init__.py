"""The shots themselves: what a raw row holds, where it lies on the court, and where the rows come from."""
