"""The pages by which files fill the tables of the house: Déposer → Vérifier → Publier."""
