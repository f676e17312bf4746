"""The workshop of an instrument: its fiches, money, targets and articles, what is missing, what changed.

Every page works as an ordinary form; ``atelier.js`` adds the saving as one types, the keys of the grid, the paste.
"""
