"""Files of JSON lines, written whole or not at all."""
