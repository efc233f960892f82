"""What are the shots that are watched called, in every table of theirs? Columns, models and batches, by name."""

BATCH, MODEL, OWN = "batch", "model", "own_score"
CHAMPION = "champion"  # the model in office, beside lr and dt
REFERENCE = "reference"  # the shots a model learned from
PROD, TEST, WITHHELD = "prod", "dev_test", "dev_withheld"
