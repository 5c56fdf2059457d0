"""Files of JSON lines, each written completely or not at all."""
