"""Territories: régions, départements, signatories, EPCI, communes, perimeters, and what links them in time."""
