"""What is done in the background: followed, and what it gave."""
