"""Travel documents: read one, prove it, or say exactly what could not be proved. Bytes and time in, values out."""
