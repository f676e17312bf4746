"""Views of the dossiers."""
