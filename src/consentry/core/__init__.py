"""Values of the field: frozen, free of I/O, clocks and third parties other than numpy."""
