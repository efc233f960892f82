"""Will this Kobe Bryant shot go in? A model that is trained, registered, applied and served, with evidence."""
