"""The pages of those who make the contracts: dossiers, instruments, acts."""
