"""Signing in, and what an account holds: sessions, second factor, invitations."""
