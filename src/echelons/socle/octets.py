"""What was made lately, kept as bytes: a file asked twice is made once. Bounded in size; each process has its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class MemoireDOctets:
    """The last files made, ``limite`` bytes in all; the one asked longest ago leaves first."""

    def __init__(self, limite: int) -> None:
        self._limite = limite
        self._gardes: OrderedDict[Hashable, bytes] = OrderedDict()
        self._taille = 0
        self._verrou = Lock()

    def lire(self, cle: Hashable, faire: Callable[[], bytes]) -> bytes:
        """The file of this key, made now if it is not kept. The key names everything that the file depends on."""
        with self._verrou:
            if cle in self._gardes:
                self._gardes.move_to_end(cle)
                return self._gardes[cle]
        octets = faire()
        with self._verrou:
            if cle not in self._gardes and len(octets) <= self._limite:
                self._gardes[cle] = octets
                self._taille += len(octets)
                while self._taille > self._limite:
                    self._taille -= len(self._gardes.popitem(last=False)[1])
        return octets
