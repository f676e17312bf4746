#!/usr/bin/env bash
# Lists the targets of the Makefile with the comment that follows each.
set -euo pipefail
cd "$(dirname "$0")/.."
printf 'Échelons : conduire dans les territoires la stratégie de lutte contre la pauvreté\n\n'
sed -nE 's/^([a-z]+):.*## (.*)$/\1\t\2/p' Makefile | while IFS=$'\t' read -r cible texte; do
    printf '  make %-12s %s\n' "$cible" "$texte"
done
