"""How the plant's models get their data and are trained: histories by a recipe, or those of a lake."""

from factory.plant_training.cache import plant_models_for_up

__all__ = ["plant_models_for_up"]
