"""How the plant's models get their data and are trained: histories by a recipe, or those of a lake."""
