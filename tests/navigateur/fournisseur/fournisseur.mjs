// An OpenID provider that answers as ProConnect documents it: paths under its issuer, PKCE required, identity as a
// JWT signed with RS256, e-mail with or without its mark, acr and amr told when asked.
// Usage: node fournisseur.mjs FOLDER_OF_NODE_MODULES   prints its issuer, then reads the address of the site.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { generateKeyPairSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const [modules] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(createRequire(`${modules}/`).resolve('oidc-provider')));

const serveur = createServer().listen(0, '127.0.0.1');
await once(serveur, 'listening');
const emetteur = `http://127.0.0.1:${serveur.address().port}/api/v2`;
console.log(emetteur);
const [site] = await once(createInterface({ input: process.stdin }), 'line');

// What is typed as a login says who signs in and how: « sub|email|verified|acr|amr,amr ».
const lire = (identifiant) => {
  const [sub, email, verifie, acr, amr] = identifiant.split('|');
  return { sub, email, verifie, acr, amr: (amr || 'pwd').split(',') };
};

const cle = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const fournisseur = new Provider(emetteur, {
  jwks: { keys: [{ ...cle, kid: 'essai', use: 'sig', alg: 'RS256' }] },
  clients: [{
    client_id: 'echelons',
    client_secret: 'secret-d-essai',
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [`${site}/compte/proconnect/retour/`],
    post_logout_redirect_uris: [`${site}/compte/proconnect/sortie/`],
    id_token_signed_response_alg: 'RS256',
    userinfo_signed_response_alg: 'RS256',
  }],
  pkce: { required: () => true, methods: ['S256'] },
  scopes: ['openid', 'given_name', 'usual_name', 'email'],
  claims: {
    openid: ['sub'], given_name: ['given_name'], usual_name: ['usual_name'], email: ['email', 'email_verified'],
    acr: null, amr: null,
  },
  acrValues: ['eidas1', 'eidas2', 'https://proconnect.gouv.fr/assurance/consistency-checked-2fa'],
  routes: {
    authorization: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks', end_session: '/session/end',
  },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, formulaire) => {
        ctx.body = `<!DOCTYPE html><html lang="fr"><title>Sortie</title><h1>Quitter le fournisseur</h1>${formulaire}
          <button form="op.logoutForm" name="logout" value="yes">Oui, quitter</button>`;
      },
    },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['essai'] },
  loadExistingGrant: async (ctx) => {
    const autorisation = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    autorisation.addOIDCScope('openid given_name usual_name email');
    autorisation.addOIDCClaims(['acr', 'amr']);
    await autorisation.save();
    return autorisation;
  },
  findAccount: (_ctx, identifiant) => ({
    accountId: identifiant,
    claims: () => {
      const { sub, email, verifie } = lire(identifiant);
      return {
        sub, email, given_name: 'Essai', usual_name: 'ProConnect',
        ...(verifie ? { email_verified: verifie === 'oui' } : {}),
      };
    },
  }),
});

const page = (uid) => `<!DOCTYPE html><html lang="fr"><title>Fournisseur</title><h1>Fournisseur d’essai</h1>
  <form method="post" action="/interaction/${uid}"><label>Identifiant <input name="identifiant" size="60"></label>
  <button>Entrer</button> <button name="refuser" value="1">Refuser</button></form>`;

const rappel = fournisseur.callback();
serveur.on('request', async (demande, reponse) => {
  const interaction = demande.url.match(/^\/interaction\/([\w-]+)$/);
  if (!interaction) {
    // Mounted under its issuer's path.
    demande.originalUrl = demande.url;
    demande.url = demande.url.replace(/^\/api\/v2/, '') || '/';
    return rappel(demande, reponse);
  }
  if (demande.method === 'GET') {
    reponse.setHeader('content-type', 'text/html; charset=utf-8');
    return reponse.end(page(interaction[1]));
  }
  let corps = '';
  for await (const morceau of demande) corps += morceau;
  const champs = new URLSearchParams(corps);
  const identifiant = champs.get('identifiant');
  const { acr, amr } = lire(identifiant);
  const resultat = champs.get('refuser')
    ? { error: 'access_denied', error_description: 'refus' }
    : { login: { accountId: identifiant, acr: acr || undefined, amr } };
  return fournisseur.interactionFinished(demande, reponse, resultat);
});

console.log('prêt');
