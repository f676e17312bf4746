"""A warm reader of hostile files: what it needs is loaded once, each file is then read by a process forked from it.

Starting an interpreter and loading its libraries costs a hundred times what reading a small file does. Each file still
has a process of its own, which runs the very ``main`` of the script: the same limits of memory, time, files, processes
and output are set by it, before the file is read, and nothing that a file does outlives it.

Run as a script (``python -I couveuse.py FD SCRIPT``) it is the nursery itself; ``Couveuses`` is what a test uses in the
place of ``subprocess`` in ``echelons.socle.isolement``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


# --- The nursery -------------------------------------------------------------------------------------
def couver(prise: socket.socket, script: str) -> None:
    """Fork a reader for each order received (arguments, seconds; input and output come with it)."""
    spec = importlib.util.spec_from_file_location("lecteur_couve", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lecteur_couve"] = module
    spec.loader.exec_module(module)
    while True:
        ordre, fichiers, _, _ = socket.recv_fds(prise, 65_536, 2)
        if not ordre:
            return
        dit = json.loads(ordre)
        enfant = os.fork()
        if not enfant:
            naitre(module, [script, *dit["arguments"]], fichiers)
        for fichier in fichiers:
            os.close(fichier)
        prise.send(json.dumps(attendre(enfant, dit["delai"])).encode())


def naitre(module: Any, arguments: list[str], fichiers: list[int]) -> None:
    """Be what ``subprocess`` would have started: its input, its output, nothing else open, a session of its own."""
    code = 1
    try:
        os.setsid()
        os.dup2(fichiers[0], 0)
        os.dup2(fichiers[1], 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 1_024)
        sys.argv = arguments
        module.main()
        code = 0
    finally:
        os._exit(code)


def attendre(enfant: int, delai: float) -> int | None:
    """How a reader ended, as ``subprocess`` says it; None when it took too long, and was killed."""
    limite = time.monotonic() + delai
    while True:
        fini, etat = os.waitpid(enfant, os.WNOHANG)
        if fini:
            return os.waitstatus_to_exitcode(etat)
        if time.monotonic() > limite:
            os.kill(enfant, signal.SIGKILL)
            os.waitpid(enfant, 0)
            return None
        time.sleep(0.0005)


# --- What a test uses --------------------------------------------------------------------------------
class Couveuses:
    """Takes the place of the module ``subprocess``: one nursery a script, started when it is first asked for."""

    DEVNULL = subprocess.DEVNULL
    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self) -> None:
        self._nees: dict[str, tuple[socket.socket, subprocess.Popen[bytes]]] = {}

    def run(self, commande: list[str], **choix: Any) -> subprocess.CompletedProcess[bytes]:
        """Read one file in a process forked from the nursery of this script."""
        _, isole, script, *arguments = commande
        assert isole == "-I"
        prise = self._prise(script, choix["env"])
        ordre = json.dumps({"arguments": arguments, "delai": choix["timeout"]}).encode()
        socket.send_fds(prise, [ordre], [choix["stdin"].fileno(), choix["stdout"].fileno()])
        fin = json.loads(prise.recv(64))
        if fin is None:
            raise subprocess.TimeoutExpired(commande, choix["timeout"])
        return subprocess.CompletedProcess(commande, fin)

    def _prise(self, script: str, env: dict[str, str]) -> socket.socket:
        if script not in self._nees:
            ici, la = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            processus = subprocess.Popen(
                [sys.executable, "-I", Path(__file__), str(la.fileno()), script],
                pass_fds=[la.fileno()],
                env=env,
                cwd="/",
            )
            la.close()
            self._nees[script] = ici, processus
        return self._nees[script][0]

    def fermer(self) -> None:
        """End the nurseries."""
        for prise, processus in self._nees.values():
            prise.close()
            processus.wait(30)


if __name__ == "__main__":
    couver(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
