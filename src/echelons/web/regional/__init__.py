"""The pages of those who animate a région."""
