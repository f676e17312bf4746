# Every target is one line of a script of outils/: this file only names them. « make help » lists them.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Given on the command line or in the environment; the scripts give the defaults.
export PORT DEMO ARGS GRAINE PYTHON

.PHONY: help run test epreuves check bench format verrouiller

help: ## Affiche cette aide
	@outils/aide.sh

run: ## Installe, prépare et sert la démonstration sur http://127.0.0.1:8000 (PORT=, DEMO=0 : instance vide)
	@outils/lancer.sh

test: ## Lance les tests sur SQLite puis sur PostgreSQL (ARGS='-k mot' pour choisir)
	@outils/tester.sh

epreuves: ## Lance les épreuves longues et affiche leur graine (GRAINE= pour les rejouer)
	@outils/eprouver.sh

check: ## Vérifie forme, types, étages, migrations, documents produits, dépendances ; marche sans réseau
	@outils/verifier.sh

bench: ## Mesure les temps de réponse : un tableau et var/bench.json
	@outils/mesurer.sh

format: ## Met le code en forme
	@outils/installer.sh dev && .venv/bin/ruff format && .venv/bin/ruff check --fix

verrouiller: ## Recalcule requirements/ depuis pyproject.toml (ARGS=--upgrade pour monter les versions)
	@outils/verrouiller.sh $(ARGS)
