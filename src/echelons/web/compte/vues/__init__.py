"""The pages of the account."""
