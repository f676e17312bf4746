"""How the files of the national échelon are taken in: each module writes its part, and refuses with the place."""
