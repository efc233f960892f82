"""What happens around a run: who may run, what must be there, where it is tracked, what is reported."""
