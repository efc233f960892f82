"""The models: which candidates there are, how they are searched, measured and chosen."""
