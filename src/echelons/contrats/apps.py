"""Registers the room."""

from django.apps import AppConfig


class ContratsConfig(AppConfig):
    """The room ``contrats``."""

    name = "echelons.contrats"
    label = "contrats"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from echelons.contrats import circulaires, documents, gardes, imports_en_fond, messages
        from echelons.contrats.contenu_par_fichier import CONTENU
        from echelons.contrats.faits_par_fichier import FAITS
        from echelons.contrats.lots import actes as lots
        from echelons.contrats.lots.production import produire_le_lot
        from echelons.socle import envois
        from echelons.socle.depot import coffre
        from echelons.socle.gardes import TABLES_EN_AJOUT_SEUL, Garde
        from echelons.socle.imports.champs import DESTINATIONS
        from echelons.socle.taches import ENTRETIENS, TRAVAUX

        TABLES_EN_AJOUT_SEUL["contrats_versiondutexte"] = Garde()
        TABLES_EN_AJOUT_SEUL["contrats_signaturedepartie"] = Garde()
        TABLES_EN_AJOUT_SEUL["contrats_modification"] = Garde()
        TABLES_EN_AJOUT_SEUL["contrats_sceau"] = Garde()
        TABLES_EN_AJOUT_SEUL["contrats_annulationdesceau"] = Garde()
        TABLES_EN_AJOUT_SEUL["contrats_exceptiondocumentee"] = Garde(modifiables=("levee_le",))
        TABLES_EN_AJOUT_SEUL["contrats_deliberation"] = Garde(
            modifiables=("transmise_le", "publiee_le", "accuse")
        )
        TABLES_EN_AJOUT_SEUL["contrats_document"] = Garde(
            modifiables=("retire_le", "retire_par_id", "motif_du_retrait")
        )

        TABLES_EN_AJOUT_SEUL["contrats_destinataire"] = Garde(modifiables=("accuse_le", "mandat_id"))
        DESTINATIONS.update({d.code: d for d in (FAITS, CONTENU)})
        if documents.nomme not in coffre.GARDIENS:
            coffre.GARDIENS.append(documents.nomme)
        TRAVAUX.update(imports_en_fond.TRAVAUX | {lots.GENRE: produire_le_lot})
        if lots.oublier_les_anciens not in ENTRETIENS:
            ENTRETIENS.append(lots.oublier_les_anciens)
        envois.REDACTEURS |= {
            messages.A_FAIRE: messages.dire_a_faire,
            messages.A_SAVOIR: messages.dire_a_savoir,
            messages.CHOIX: messages.dire_un_choix,
            circulaires.A_ACCUSER: circulaires.dire_texte,
        }
        if messages.rappels not in envois.RAPPELS:
            envois.RAPPELS.append(messages.rappels)

        pre_migrate.connect(gardes.retirer_gardes, sender=self, dispatch_uid="gardes-retirees")
        post_migrate.connect(gardes.installer_gardes, sender=self, dispatch_uid="gardes-installees")
