"""The acts of a campaign, produced together: which, how far it is, what it gave."""
