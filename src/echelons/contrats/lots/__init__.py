"""The acts of all the instruments of a campaign, produced in the background for whoever asked."""
