"""Pages of the national échelon, for those who keep its framework."""
