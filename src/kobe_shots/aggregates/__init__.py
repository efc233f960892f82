"""What do the scored shots add up to? Tables that a page shows as they are."""
