"""The indicators: versions are added, never rewritten nor removed."""

from __future__ import annotations

from echelons.socle.dates import en_lettres
from echelons.socle.yaml_situe import Chemin
from echelons.strategie.chargement.outils import Lecteur, absent
from echelons.strategie.fichiers.indicateurs import DemandeLue, IndicateurLu, VersionLue
from echelons.strategie.models import Demande, Indicateur, Strategie, VersionIndicateur

#: The columns of a definition, which SQL keeps as they were published.
DEFINITION = (
    *("libelle", "definition", "nature", "unite", "numerateur", "denominateur", "quantile", "sens"),
    *("periodicite", "entre_territoires", "dans_le_temps", "ventilations"),
)


def enregistrer_indicateurs(lus: list[IndicateurLu], lecteur: Lecteur, strategie: Strategie) -> None:
    """Record the indicators of a strategy. One that was published may not disappear from its file."""
    relecture = lecteur.relecture
    relecture.sans_doublon(("indicateurs",), "code", [lu.code for lu in lus])
    for i, lu in enumerate(lus):
        chemin: Chemin = ("indicateurs", i)
        indicateur = relecture.ecrire(
            Indicateur,
            nom=f"l’indicateur « {lu.code} »",
            chemin=chemin,
            identite={"code": lu.code},
            champs={"strategie": strategie, "rang": i + 1},
        )
        _versions(indicateur, lu.versions, lecteur, (*chemin, "versions"))
        _demandes(indicateur, lu.demandes, lecteur, (*chemin, "demandes"))
    if relecture.synchroniser:
        for indicateur in strategie.indicateurs.exclude(code__in=[lu.code for lu in lus]):
            relecture.refuser(
                ("indicateurs",),
                f"l’indicateur « {indicateur.code} » est publié et manque ici. Remettez-le, et donnez une fin aux "
                "« exercices » de ses « demandes » s’il n’est plus demandé.",
            )


def _versions(indicateur: Indicateur, lues: list[VersionLue], lecteur: Lecteur, chemin: Chemin) -> None:
    publiees = {v.effet_le: v for v in indicateur.versions.all()}
    derniere = max(publiees, default=None)
    for j, lue in enumerate(lues):
        ici: Chemin = (*chemin, j)
        publiee = publiees.pop(lue.effet, None)
        if publiee is not None:
            changees = [c for c in DEFINITION if getattr(publiee, c) != getattr(lue, c)]
            for champ in changees:
                lecteur.relecture.refuser(
                    (*ici, champ),
                    f"la définition de « {indicateur.code} » en vigueur depuis le {en_lettres(lue.effet)} est publiée "
                    "et ne change plus. Remettez-la, et ouvrez une autre version avec sa date « effet ».",
                )
            if changees:
                continue
        elif derniere is not None and lue.effet < derniere:
            lecteur.relecture.refuser(
                (*ici, "effet"),
                f"trouvé le {en_lettres(lue.effet)}, avant la dernière définition publiée "
                f"({en_lettres(derniere)}) : une version s’ajoute à la suite.",
            )
            continue
        lecteur.ecrire(
            VersionIndicateur,
            f"la définition du {en_lettres(lue.effet)}",
            ici,
            {"indicateur": indicateur, "effet_le": lue.effet},
            lue,
            {champ: getattr(lue, champ) for champ in DEFINITION},
        )
    if lecteur.relecture.synchroniser:
        for effet in publiees:
            lecteur.relecture.refuser(
                chemin,
                f"la définition de « {indicateur.code} » en vigueur depuis le {en_lettres(effet)} est publiée et "
                "manque ici. Remettez-la.",
            )


def _demandes(indicateur: Indicateur, lues: list[DemandeLue], lecteur: Lecteur, chemin: Chemin) -> None:
    lecteur.relecture.sans_doublon(chemin, "dispositif", [lue.dispositif for lue in lues])
    gardees = []
    for j, lue in enumerate(lues):
        ici: Chemin = (*chemin, j)
        dispositif = lecteur.dispositif(lue.dispositif, ici)
        if dispositif is None:
            continue
        volet = dispositif.volets.filter(code=lue.volet).first() if lue.volet else None
        if lue.volet and volet is None:
            lecteur.relecture.refuser((*ici, "volet"), absent("volet", lue.volet))
        debut, fin = lue.exercices or (None, None)
        ecrite = lecteur.ecrire(
            Demande,
            f"la demande de « {indicateur.code} »",
            ici,
            {"indicateur": indicateur, "dispositif": dispositif},
            lue,
            {"volet": volet, "exercice_debut": debut, "exercice_fin": fin},
        )
        gardees.append(ecrite.pk)
    if lecteur.relecture.synchroniser:
        indicateur.demandes.exclude(pk__in=gardees).delete()
