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
  const sans = (texte) => (texte || "").replace(/[\s\u00a0\u202f]/g, "");
  /* Fields in conflict that she has not touched since: what the server has is sent, until she decides. */
  const indecis = new Map();
  let minuterie = 0, envoi = false, aRefaire = false, collage = "", rangDuConflit = "";

  const dire = (texte) => { if (etat && etat.textContent !== texte) etat.textContent = texte; };
  const changes = () => champs().filter((c) => valeur(c) !== connu.get(c.name));
  const retenir = () => {
    const modifies = changes();
    try {
      if (modifies.length) localStorage.setItem(garde, JSON.stringify({ rang: indecis.size ? rangDuConflit : formulaire.elements.rang.value, champs: Object.fromEntries(modifies.map((c) => [c.name, valeur(c)])) }));
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

  /* The page as the server now has it: what it adds up elsewhere, and what others wrote meanwhile, which this page must
     show before it says that it was read. What is being typed stays; if it changed on both sides, it is said. */
  async function rafraichir(json, instantane) {
    const page = await fetch(location.href, { credentials: "same-origin" });
    const neuve = new DOMParser().parseFromString(await page.text(), "text/html");
    const frais = neuve.querySelector("form[data-atelier]");
    if (!frais) return;
    const enConflit = new Set(json.conflits.map((c) => c.nom));
    for (const c of champs()) {
      const lu = frais.elements[c.name];
      if (!lu) continue;
      if (enConflit.has(c.name)) { indecis.set(c.name, valeur(lu)); continue; }
      if (indecis.has(c.name)) continue;
      const [ici, la] = [valeur(c), valeur(lu)];
      const tapee = ici !== instantane.get(c.name);
      if (tapee && sans(la) !== sans(instantane.get(c.name))) marquer(c.name, `Une autre personne a écrit ici : « ${la} ». Gardez ce que vous voulez, puis enregistrez.`);
      connu.set(c.name, tapee || sans(ici) === sans(la) ? instantane.get(c.name) : la);
      if (!tapee && sans(ici) !== sans(la)) { if (c.type === "checkbox") c.checked = lu.checked; else c.value = lu.value; }
    }
    formulaire.elements.rang.value = frais.elements.rang.value;
    const vieux = document.getElementById("totaux")?.parentElement;
    const neuf = neuve.getElementById("totaux")?.parentElement;
    if (vieux && neuf) vieux.replaceWith(neuf);
  }

  async function enregistrer() {
    if (envoi) { aRefaire = true; return; }
    const modifies = changes().filter((c) => !indecis.has(c.name));
    if (!modifies.length) { retenir(); return; }
    const donnees = new FormData(formulaire);
    for (const [nom, v] of indecis) if (v) donnees.set(nom, v); else if (formulaire.elements[nom].type === "checkbox") donnees.delete(nom); else donnees.set(nom, "");
    envoi = true;
    dire("Enregistrement…");
    const instantane = new Map(champs().map((c) => [c.name, valeur(c)]));
    try {
      const reponse = await fetch(formulaire.action || location.href, {
        method: "POST", body: donnees, redirect: "manual", credentials: "same-origin",
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
        connu = instantane;
        for (const c of champs()) if (!indecis.has(c.name)) marquer(c.name, "");
        for (const c of json.conflits) {
          marquer(c.nom, `${c.par} a écrit ${c.quand} : « ${c.actuel} ». Gardez ce que vous voulez, puis enregistrez.`);
          connu.delete(c.nom);
        }
        if (json.conflits.length && !indecis.size) rangDuConflit = formulaire.elements.rang.value;
        await rafraichir(json, instantane);
        dire(json.conflits.length ? "Enregistré, sauf ce qu’une autre personne a écrit en même temps." : `Enregistré à ${json.heure}.${collage}`);
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

  const planifier = (e) => {
    if (e) {
      collage = "";
      indecis.delete(e.target.name);
    }
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
    const reste = "enregistre" in formulaire.dataset ? null : JSON.parse(localStorage.getItem(garde) || "null");
    const perdus = Object.entries(reste?.champs || {}).filter(([nom, v]) => formulaire.elements[nom] && sans(valeur(formulaire.elements[nom])) !== sans(v));
    if (perdus.length) {
      /* Read as it was then: what others wrote since is not written over. */
      if (Number(reste.rang) < Number(formulaire.elements.rang.value)) formulaire.elements.rang.value = reste.rang;
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
    collage = dehors ? ` ${poses} cases collées ; ${dehors} n’avaient pas de place ici et sont laissées de côté.` : "";
    dire(collage || `${poses} cases collées.`);
    planifier();
  });
})();
