"""The terms that pages use, in plain words; an acronym on a page leads here."""

GLOSSAIRE: tuple[tuple[str, str], ...] = (
    (
        "Acte scellé",
        (
            "Texte signé par toutes ses parties, gardé ici avec son original : plus rien n’y change. "
            "Ses parties choisissent ce que tout le monde peut en lire."
        ),
    ),
    ("Avenant", "Texte signé après une convention pour la modifier ou la compléter, souvent chaque année."),
    ("ASE", "Aide sociale à l’enfance : la protection des enfants et des jeunes, confiée au département."),
    (
        "CALPAE",
        (
            "Convention d’appui à la lutte contre la pauvreté et d’accès à l’emploi, entre l’État et un département, "
            "une métropole ou une région (2019 à 2023)."
        ),
    ),
    (
        "Collectivité signataire",
        (
            "Celle qui signe avec l’État : un département, la Métropole de Lyon, la Ville de Paris, la Collectivité de "
            "Corse, la Collectivité européenne d’Alsace, une collectivité d’outre-mer…"
        ),
    ),
    (
        "Commissaire à la lutte contre la pauvreté",
        "Agent de l’État placé auprès du préfet de région ; « haut-commissaire » de juillet 2019 à janvier 2020.",
    ),
    (
        "Contrat local des solidarités",
        "Contrat de 2024 à 2027 entre l’État et un département ou une métropole, qui suit les conventions de 2019.",
    ),
    (
        "Contrat renseigné, contrat attendu",
        (
            "Un contrat est attendu pour une année si sa signature est attestée avant la fin de cette année ; il est "
            "renseigné si ses parties ont publié ses montants."
        ),
    ),
    ("Convention", "Texte signé par l’État et une collectivité : des actions, de l’argent, des objectifs."),
    ("DDETS", "Direction départementale de l’emploi, du travail et des solidarités (service de l’État)."),
    (
        "Délibération",
        "Vote de l’assemblée d’une collectivité ; il autorise à signer, il n’est pas la signature.",
    ),
    ("Démonstrateur", "Territoire choisi en 2018 pour commencer avant les autres."),
    ("DGCS", "Direction générale de la cohésion sociale (ministère chargé des solidarités)."),
    ("DIPLP", "Délégation interministérielle à la prévention et à la lutte contre la pauvreté."),
    ("DREETS", "Direction régionale de l’économie, de l’emploi, du travail et des solidarités (État)."),
    (
        "EPCI",
        "Établissement public de coopération intercommunale : communauté de communes, d’agglomération, métropole…",
    ),
    ("Exercice", "La période d’un budget : une année civile, ou douze mois à cheval sur deux années."),
    ("Fait", "Ce qu’une source dit, avec sa date : un vote, une signature, un montant."),
    ("FAPI", "Fonds d’appui aux politiques d’insertion (2017-2019), fondu dans les conventions en 2020."),
    ("Igas", "Inspection générale des affaires sociales."),
    ("Protocole", "Texte d’intention signé avant une convention ; il n’est jamais compté comme elle."),
    ("RSA", "Revenu de solidarité active."),
    (
        "Stratégie pauvreté",
        "Stratégie nationale de prévention et de lutte contre la pauvreté, présentée en 2018.",
    ),
)
