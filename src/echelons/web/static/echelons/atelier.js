/* The workshop: saves as one types, keeps what is typed on this computer until it is saved, moves and pastes in grids.
   Without it every page is an ordinary form. */
"use strict";
(() => {
  const REPOS = 1500;
  const formulaire = document.querySelector("form[data-atelier]");
  if (!formulaire) return;
  const etat = formulaire.querySelector("[data-etat]");
  const garde = `echelons:${formulaire.dataset.garde}`;
  const champs = () => [...formulaire.elements].filter((c) => c.name && !["csrfmiddlewaretoken", "rang", "page"].includes(c.name) && c.type !== "submit");
  const valeur = (c) => (c.type === "checkbox" ? (c.checked ? "1" : "") : c.value);
  let connu = new Map(champs().map((c) => [c.name, valeur(c)]));
  let minuterie = 0, envoi = false, aRefaire = false;

  const dire = (texte) => { if (etat && etat.textContent !== texte) etat.textContent = texte; };
  const changes = () => champs().filter((c) => valeur(c) !== connu.get(c.name));
  const retenir = () => {
    const modifies = changes();
    try {
      if (modifies.length) localStorage.setItem(garde, JSON.stringify(Object.fromEntries(modifies.map((c) => [c.name, valeur(c)]))));
      else localStorage.removeItem(garde);
    } catch { /* no place, or not allowed: the server still has what it was sent */ }
  };
  const marquer = (nom, phrase) => {
    const champ = formulaire.elements[nom] || formulaire.elements[`m/${nom}`];
    if (!champ) return;
    const id = `s-${champ.id || nom}`;
    let note = document.getElementById(id);
    champ.toggleAttribute("aria-invalid", Boolean(phrase));
    if (phrase) champ.setAttribute("aria-invalid", "true");
    champ.classList.toggle("ec-case--refusee", Boolean(phrase));
    if (!phrase) { note?.remove(); return; }
    if (!note) {
      note = document.createElement("span");
      note.id = id;
      note.className = "ec-case__erreur";
      champ.after(note);
      champ.setAttribute("aria-describedby", id);
    }
    note.textContent = phrase;
  };

  /* What the page adds up elsewhere is asked of the server, which alone knows it. */
  async function rafraichir() {
    const vieux = document.getElementById("totaux")?.parentElement;
    if (!vieux) return;
    const page = await fetch(location.href, { credentials: "same-origin" });
    const neuf = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("totaux")?.parentElement;
    if (neuf) vieux.replaceWith(neuf);
  }

  async function enregistrer() {
    if (envoi) { aRefaire = true; return; }
    const modifies = changes();
    if (!modifies.length) { retenir(); return; }
    envoi = true;
    dire("Enregistrement…");
    const instantane = new Map(champs().map((c) => [c.name, valeur(c)]));
    try {
      const reponse = await fetch(formulaire.action || location.href, {
        method: "POST", body: new FormData(formulaire), redirect: "manual", credentials: "same-origin",
        headers: { "X-Echelons-Seul": "1" },
      });
      const json = (reponse.headers.get("Content-Type") || "").includes("json") ? await reponse.json() : null;
      if (!json && (reponse.status === 400 || reponse.status === 413)) {
        dire("C’est trop long pour être enregistré d’un coup. Tout est gardé sur cet ordinateur : raccourcissez le dernier texte collé.");
      } else if (!json) {
        dire("Vous n’êtes plus connecté, ou vous ne pouvez plus écrire ici. Ce que vous avez écrit est gardé sur cet ordinateur : ouvrez une session dans un autre onglet, puis enregistrez.");
      } else if (json.erreurs) {
        for (const c of champs()) marquer(c.name, "");
        for (const [nom, phrases] of Object.entries(json.erreurs)) marquer(nom, phrases.join(" "));
        dire(json.erreurs.__all__ ? json.erreurs.__all__.join(" ") : "Un champ est à corriger : rien n’est encore enregistré, tout est gardé sur cet ordinateur.");
      } else {
        formulaire.elements.rang.value = json.rang;
        connu = instantane;
        for (const c of champs()) marquer(c.name, "");
        for (const c of json.conflits) {
          const nom = formulaire.elements[c.champ] ? c.champ : c.cle;
          marquer(nom, `${c.par} a écrit ${c.quand} : « ${c.actuel} ». Gardez ce que vous voulez, puis enregistrez.`);
          connu.delete(formulaire.elements[c.champ] ? c.champ : `m/${c.cle}`);
        }
        rafraichir();
        dire(json.conflits.length ? "Enregistré, sauf ce qu’une autre personne a écrit en même temps." : `Enregistré à ${json.heure}.`);
      }
    } catch {
      dire("Le réseau ne répond pas. Ce que vous avez écrit est gardé sur cet ordinateur, et sera enregistré dès son retour.");
      clearTimeout(minuterie);
      minuterie = setTimeout(enregistrer, 15000);
    } finally {
      envoi = false;
      retenir();
      if (aRefaire) { aRefaire = false; enregistrer(); }
    }
  }

  const planifier = () => {
    retenir();
    clearTimeout(minuterie);
    minuterie = setTimeout(enregistrer, REPOS);
  };
  formulaire.addEventListener("input", planifier);
  formulaire.addEventListener("change", planifier);
  formulaire.addEventListener("submit", retenir);
  addEventListener("online", enregistrer);
  addEventListener("pagehide", retenir);

  /* What was typed here and never reached the server. */
  try {
    const reste = JSON.parse(localStorage.getItem(garde) || "null");
    const perdus = reste && Object.entries(reste).filter(([nom, v]) => formulaire.elements[nom] && valeur(formulaire.elements[nom]) !== v);
    if (perdus && perdus.length) {
      for (const [nom, v] of perdus) {
        const champ = formulaire.elements[nom];
        if (champ.type === "checkbox") champ.checked = Boolean(v); else champ.value = v;
      }
      dire("Ce que vous aviez écrit sur cet ordinateur sans pouvoir l’enregistrer est revenu dans le formulaire.");
      planifier();
    } else localStorage.removeItem(garde);
  } catch { /* nothing kept */ }

  /* Grids: arrows, paste, totals. */
  if (!("grille" in formulaire.dataset)) return;
  const cases = () => [...formulaire.querySelectorAll("input.ec-case")];
  const rangees = () => [...formulaire.querySelectorAll("tr")].map((t) => [...t.querySelectorAll("input.ec-case")]).filter((r) => r.length);
  const centimes = (texte) => {
    const net = texte.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
    return /^\d+(\.\d{1,2})?$/.test(net) ? Math.round(Number(net) * 100) : 0;
  };
  const ecrire = (n) => {
    const entier = String(Math.floor(n / 100)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return n % 100 ? `${entier},${String(n % 100).padStart(2, "0")}` : entier;
  };
  const totaliser = () => {
    for (const groupe of formulaire.querySelectorAll("[data-groupe]")) {
      const colonnes = new Map();
      let tout = 0;
      for (const rangee of groupe.querySelectorAll("[data-rangee]")) {
        let somme = 0;
        for (const c of rangee.querySelectorAll("input.ec-case")) {
          const n = centimes(c.value);
          somme += n;
          colonnes.set(c.dataset.colonne, (colonnes.get(c.dataset.colonne) || 0) + n);
        }
        rangee.querySelector("[data-somme-rangee]").textContent = ecrire(somme);
        tout += somme;
      }
      for (const td of groupe.querySelectorAll("[data-somme-colonne]")) td.textContent = ecrire(colonnes.get(td.dataset.sommeColonne) || 0);
      groupe.querySelector("[data-somme-groupe] strong").textContent = ecrire(tout);
    }
  };
  formulaire.addEventListener("input", totaliser);
  formulaire.addEventListener("keydown", (e) => {
    if (!e.target.classList.contains("ec-case") || e.target.type === "date") return;
    const toutes = rangees();
    const r = toutes.findIndex((rangee) => rangee.includes(e.target));
    const c = toutes[r].indexOf(e.target);
    const bout = e.target.selectionStart === e.target.selectionEnd;
    let vers = null;
    if (e.key === "ArrowDown" || e.key === "Enter") vers = toutes[r + 1]?.[c];
    else if (e.key === "ArrowUp") vers = toutes[r - 1]?.[c];
    else if (e.key === "ArrowRight" && bout && e.target.selectionEnd === e.target.value.length) vers = toutes[r][c + 1];
    else if (e.key === "ArrowLeft" && bout && e.target.selectionStart === 0) vers = toutes[r][c - 1];
    if (e.key === "Enter") e.preventDefault();
    if (vers) { e.preventDefault(); vers.focus(); vers.select(); }
  });
  formulaire.addEventListener("paste", (e) => {
    const texte = e.clipboardData?.getData("text/plain") || "";
    if (!e.target.classList.contains("ec-case") || !/[\t\n]/.test(texte.trim())) return;
    e.preventDefault();
    const toutes = rangees();
    const r = toutes.findIndex((rangee) => rangee.includes(e.target));
    const c = toutes[r].indexOf(e.target);
    let poses = 0, dehors = 0;
    texte.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach((ligne, i) => {
      ligne.split("\t").forEach((cellule, j) => {
        const vers = toutes[r + i]?.[c + j];
        if (!vers) { dehors += 1; return; }
        vers.value = cellule.trim();
        poses += 1;
      });
    });
    totaliser();
    dire(dehors ? `${poses} cases collées ; ${dehors} n’avaient pas de place et sont laissées de côté.` : `${poses} cases collées.`);
    planifier();
  });
})();
