"""A false clamd, which speaks its protocol and knows one signature."""

import socket
import socketserver
import struct
import threading
from pathlib import Path

from tests.socle.pieces import EICAR


class _Echange(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        serveur: FauxClamd = self.server.clamd
        assert self.rfile.read(10) == b"zINSTREAM\0"
        recu = b""
        while taille := struct.unpack(">I", self.rfile.read(4))[0]:
            recu += self.rfile.read(taille)
        serveur.recus.append(recu)
        dit = serveur.reponse or (
            b"stream: Eicar-Test-Signature FOUND\0" if EICAR in recu else b"stream: OK\0"
        )
        self.wfile.write(dit)


class FauxClamd:
    """Listens on a local socket (``prise``), or on a port; ``reponse`` makes it say something else."""

    def __init__(self, prise: Path | None = None) -> None:
        self.recus: list[bytes] = []
        self.reponse = b""
        if prise:
            self._serveur = socketserver.ThreadingUnixStreamServer(str(prise), _Echange)
            self.adresse = str(prise)
        else:
            self._serveur = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Echange)
            self.adresse = f"127.0.0.1:{self._serveur.server_address[1]}"
        self._serveur.clamd = self
        self._fil = threading.Thread(target=self._serveur.serve_forever, args=(0.05,))
        self._fil.start()

    def arreter(self) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()
        self._fil.join()


def port_muet() -> tuple[socket.socket, str]:
    """A port that accepts and never answers."""
    prise = socket.create_server(("127.0.0.1", 0))
    return prise, f"127.0.0.1:{prise.getsockname()[1]}"
