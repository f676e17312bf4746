"""Territories: régions, départements, signatories, EPCI, communes, perimeters, their memberships and successions."""
