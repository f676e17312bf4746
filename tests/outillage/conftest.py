"""On PostgreSQL, only what depends on it is tried again."""

import os

AUTREMENT = [
    "test_auditer.py",
    "test_installer.py",
    "test_lancer.py",
    "test_tout_exiger.py",
    "test_verifier_maison.py",
]
collect_ignore = (
    AUTREMENT if os.environ.get("DATABASE_URL", "").startswith("postgres") else ["test_postgres.py"]
)
