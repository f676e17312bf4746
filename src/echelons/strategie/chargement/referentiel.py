"""A reference framework: its strategy, its dispositifs, its texts, what is owed; the rest is in ``cadre``."""

from __future__ import annotations

from pathlib import Path

from echelons.socle.fichiers import Relecture, enregistrer_sources, fichiers_yaml, trouver_sources
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, Document, lire_yaml, valider
from echelons.strategie.chargement.cadre import LecteurDuCadre
from echelons.strategie.chargement.outils import Lecteur, absent
from echelons.strategie.fichiers import DispositifLu, FichierReferentiel, RegleEcheanceLue
from echelons.strategie.models import (
    Dispositif,
    Objectif,
    Redatage,
    RegleEcheance,
    Strategie,
    TexteReference,
)
from echelons.strategie.schema import a_jour

#: What a dispositif holds besides its own columns.
PARTIES_DU_DISPOSITIF = frozenset(
    {
        *(
            "code",
            "sources",
            "objectifs",
            "instruments",
            "parties",
            "volets",
            "natures",
            "exercices",
            "vagues",
        ),
        *("fiche", "articles"),
    }
)


def lire_fichier(fichier: Path) -> tuple[FichierReferentiel, Document]:
    """One file in today's shape, whatever the version it was written for. Raises ``ErreurDeFichier``."""
    document = a_jour(lire_yaml(fichier))
    return valider(document, FichierReferentiel), document


def lire_referentiel(chemin: Path, *, synchroniser: bool) -> list[str]:
    """Take in every file, and give the strategies that they tell; nothing is left written when one is refused,
    inside a transaction."""
    strategies = []
    for fichier in fichiers_yaml(chemin):
        lu, document = lire_fichier(fichier)
        relecture = Relecture(document, synchroniser=synchroniser)
        _enregistrer(lu, relecture)
        relecture.conclure()
        strategies.append(lu.strategie.code)
    return strategies


def _enregistrer(lu: FichierReferentiel, relecture: Relecture) -> None:
    enregistrer_sources(lu, relecture)
    relecture.sans_doublon(("dispositifs",), "code", [d.code for d in lu.dispositifs])
    relecture.sans_doublon(("textes",), "code", [t.code for t in lu.textes])
    relecture.sans_doublon(("echeances",), "code", [e.code for e in lu.echeances])
    strategie = _enregistrer_dispositifs(lu, relecture)
    _enregistrer_textes(lu, Lecteur(relecture))
    lecteur = LecteurDuCadre(relecture, strategie)
    for i, dispositif in enumerate(lu.dispositifs):
        _enregistrer_objectifs(dispositif, lecteur, ("dispositifs", i))
    lecteur.tout(lu)
    _enregistrer_echeances(lu, lecteur)


def _enregistrer_dispositifs(lu: FichierReferentiel, relecture: Relecture) -> Strategie:
    sources = {s.cle: s for s in Source.objects.all()}
    strategie = relecture.ecrire(
        Strategie,
        nom=f"la stratégie « {lu.strategie.code} »",
        chemin=("strategie",),
        identite={"code": lu.strategie.code},
        champs=lu.strategie.model_dump(exclude={"code", "axes"}),
    )
    for i, dispositif in enumerate(lu.dispositifs):
        chemin: Chemin = ("dispositifs", i)
        relecture.ecrire(
            Dispositif,
            nom=f"le dispositif « {dispositif.code} »",
            chemin=chemin,
            identite={"code": dispositif.code},
            champs={
                "strategie": strategie,
                "instrument_signant": dispositif.instrument_signant,
                "numerotation": dispositif.fiche.numerotation,
                "fiche_exige": list(dispositif.fiche.exige),
                **dispositif.model_dump(exclude=set(PARTIES_DU_DISPOSITIF)),
            },
            liens={"sources": trouver_sources(dispositif.sources, sources, relecture, (*chemin, "sources"))},
        )
    return strategie


def _enregistrer_textes(lu: FichierReferentiel, lecteur: Lecteur) -> None:
    relecture = lecteur.relecture
    for i, texte in enumerate(lu.textes):
        chemin: Chemin = ("textes", i)
        for j, code in enumerate(texte.dispositifs):
            if code not in lecteur.dispositifs:
                relecture.refuser((*chemin, "dispositifs", j), absent("dispositif", code))
        relecture.ecrire(
            TexteReference,
            nom=f"le texte « {texte.code} »",
            chemin=chemin,
            identite={"code": texte.code},
            champs=texte.model_dump(exclude={"code", "sources", "dispositifs"}),
            liens={
                "sources": trouver_sources(texte.sources, lecteur.sources, relecture, (*chemin, "sources")),
                "dispositifs": [
                    lecteur.dispositifs[c] for c in texte.dispositifs if c in lecteur.dispositifs
                ],
            },
        )


def _enregistrer_objectifs(lu: DispositifLu, lecteur: Lecteur, ici: Chemin) -> None:
    relecture, dispositif = lecteur.relecture, lecteur.dispositifs[lu.code]
    gardes = []
    relecture.sans_doublon((*ici, "objectifs"), "echeance", [o.echeance.isoformat() for o in lu.objectifs])
    for j, objectif in enumerate(lu.objectifs):
        chemin: Chemin = (*ici, "objectifs", j)
        texte = lecteur.texte(objectif.texte, chemin)
        if texte is None:
            continue
        rang = relecture.ecrire(
            Objectif,
            nom=f"l’objectif du {objectif.echeance.isoformat()}",
            chemin=chemin,
            identite={"dispositif": dispositif, "echeance": objectif.echeance},
            champs={"libelle": objectif.libelle, "texte": texte},
        )
        gardes.append(rang.pk)
    if relecture.synchroniser:
        dispositif.objectifs.exclude(pk__in=gardes).delete()


def _enregistrer_echeances(lu: FichierReferentiel, lecteur: Lecteur) -> None:
    """What is owed under the dispositifs of this file."""
    gardees = []
    relecture = lecteur.relecture
    siens = {d.code: lecteur.dispositifs[d.code] for d in lu.dispositifs}
    for i, regle in enumerate(lu.echeances):
        chemin: Chemin = ("echeances", i)
        if regle.dispositif not in siens:
            relecture.refuser((*chemin, "dispositif"), absent("dispositif", regle.dispositif))
            continue
        appuis, liens = lecteur.appuis(regle, chemin)
        dues = {
            cle: [
                fonction
                for j, code in enumerate(getattr(regle, cle))
                if (fonction := lecteur.fonction(code, (*chemin, cle, j)))
            ]
            for cle in ("dues_par", "dues_a")
        }
        simples = regle.model_dump(exclude={"code", "dispositif", "redatages", *dues, *appuis, *liens})
        rang = relecture.ecrire(
            RegleEcheance,
            nom=f"l’échéance « {regle.code} »",
            chemin=chemin,
            identite={"code": regle.code},
            champs={
                **simples,
                **{cle: simples[cle] or "" for cle in ("regime", "perimetre", "instrument")},
                "dispositif": siens[regle.dispositif],
                **appuis,
            },
            liens={**liens, **dues},
        )
        gardees.append(rang.pk)
        _enregistrer_redatages(rang, regle, lecteur, chemin)
    if relecture.synchroniser:
        # What a text published in this house creates or moves is not the files' to remove.
        des_fichiers = RegleEcheance.objects.filter(dispositif__in=siens.values()).exclude(
            texte__circulaire__isnull=False
        )
        des_fichiers.exclude(pk__in=gardees).delete()


def _enregistrer_redatages(
    rang: RegleEcheance, regle: RegleEcheanceLue, lecteur: Lecteur, chemin: Chemin
) -> None:
    gardes = []
    for j, redatage in enumerate(regle.redatages):
        ici: Chemin = (*chemin, "redatages", j)
        texte = lecteur.texte(redatage.texte, ici)
        if texte is not None:
            ecrit = lecteur.relecture.ecrire(
                Redatage,
                nom=f"la nouvelle date de « {regle.code} »",
                chemin=ici,
                identite={"regle": rang, "texte": texte},
                champs={"date": redatage.date, "a_confirmer": redatage.a_confirmer},
            )
            gardes.append(ecrit.pk)
    if lecteur.relecture.synchroniser:
        rang.redatages.exclude(texte__circulaire__isnull=False).exclude(pk__in=gardes).delete()
