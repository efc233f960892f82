"""How is the model? Its health with labels and without, what is usual, and a verdict one can act on."""
