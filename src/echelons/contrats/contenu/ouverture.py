"""When the content of an instrument is open to those who hold the pen, and when it is fixed."""

from echelons.contrats.models import Instrument

E = Instrument.Etat
#: While the text is being written, by those who hold the pen.
A_REDIGER = (E.PROJET, E.EN_NEGOCIATION, E.A_CORRIGER)
#: From the agreement of the State on, the text is fixed.
FIXEE = (E.ACCORDEE, E.DELIBEREE, E.EXECUTOIRE)
