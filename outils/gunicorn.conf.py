"""How « make run » serves: one process, eight threads, this machine only. Addresses are said in French."""

import os
import signal
from pathlib import Path

from echelons.reglages.lecture import lire_reglages

# Before the application is loaded: a refused setting is one sentence.
lire_reglages()

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 1
worker_class = "gthread"
threads = 8
# An address too long is answered by the application, in French.
limit_request_line = 0
# The application is loaded before the address is announced: what is announced answers.
preload_app = True
# The worker's heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
loglevel = "warning"
# Ctrl-C does not wait for a reader who keeps a connection open.
graceful_timeout = 2


def when_ready(_server):
    """Say where to go, once the port is open."""
    genre = "démonstration" if os.environ.get("ECHELONS_DEMONSTRATION") == "1" else "instance ordinaire"
    print(f"\nÉchelons ({genre}) est prêt : http://{bind}/\nCtrl-C pour l’arrêter.\n", flush=True)


def post_worker_init(_worker):
    """Leave Ctrl-C, which a terminal sends to every process, to the parent: told twice, a worker may hang."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
