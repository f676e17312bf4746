"""The acts as documents: from the content of an instrument to what is printed, voted on and worked with."""
