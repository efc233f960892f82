"""When to train again, on what, whether to put the result in office, and what each way of deciding has bought."""
