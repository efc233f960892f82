"""Can the published numbers of a model be true? A table of predictions, measured honestly, and mistakes by name."""
