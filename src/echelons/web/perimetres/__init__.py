"""Project perimeters: those one may keep, and what can be done with each."""
