// How the provider is set up: which scopes it grants, whom it asks for consent, what its tokens say and what a mail
// server may learn of a token.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { Provider, interactionPolicy } from 'oidc-provider';
import { TENANT } from './admin.mjs';
import { MAIL_SERVER } from './clients.mjs';
import { codeConfirmPage, codePage, deviceDonePage, errorPage } from './pages.mjs';
import { MAIL_SCOPES, settings } from './settings.mjs';
import { Store } from './store.mjs';

export function newProvider(issuer) {
  return new Provider(issuer, {
    adapter: Store,
    claims: { openid: ['sub', 'tid'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    // What the scopes allow stands in the ID token, as it does at the large providers.
    conformIdTokenClaims: false,
    cookies: { keys: ['only-for-tests'] },
    // Else the tokens of an account die when another one signs in with the same browser.
    expiresWithSession: async () => false,
    extraTokenClaims,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: async (context, form, _out, error) => html(context, codePage(form, error)),
        userCodeConfirmSource: async (context, form, client, _device, code) =>
          html(context, codeConfirmPage(form, client.clientName, code)),
        successSource: async (context) => html(context, deviceDonePage()),
      },
      introspection: { enabled: true, allowedPolicy: maySee },
      revocation: { enabled: true, allowedPolicy: async (_context, client, token) => token.clientId === client.clientId },
    },
    findAccount,
    interactions: { policy: policy(), url: (_context, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: async (_context, client, source) => client.grantTypeAllowed('refresh_token') && getsRefreshToken(source),
    jwks: { keys: [newKey()] },
    loadExistingGrant,
    pkce: { required: () => true },
    renderError: async (context, out) => html(context, errorPage(out)),
    rotateRefreshToken: () => settings.rotation,
    scopes: ['openid', 'offline_access', ...MAIL_SCOPES],
    ttl: {
      AccessToken: () => settings.accessTokenLives,
      ClientCredentials: () => settings.accessTokenLives,
      DeviceCode: 600,
      Grant: 90 * 24 * 3600,
      Interaction: 3600,
      RefreshToken: () => settings.refreshTokenLives,
      Session: 14 * 24 * 3600,
    },
  });
}

function html(context, page) {
  context.type = 'html';
  context.body = page;
}

// Anybody has an account here: its name is its address.
async function findAccount(_context, id) {
  const claims = {
    sub: id, tid: TENANT, email: id, email_verified: true, name: id.split('@')[0], preferred_username: id,
  };
  return { accountId: id, claims: async () => claims };
}

// Asks which account is meant when the application wants that, and when it names another one than the browser's.
function policy() {
  const prompts = interactionPolicy.base();
  // An app for desktops would be asked for consent each time else.
  prompts.get('consent').checks.remove('native_client_prompt');
  const otherAccount = new interactionPolicy.Check('other_account', 'another account is meant', ({ oidc }) => {
    const { result, session, params } = oidc;
    return !settings.ignoresLoginHint && !result?.login && !result?.select_account
      && Boolean(params.login_hint && session.accountId) && params.login_hint !== session.accountId;
  });
  prompts.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }, otherAccount), 0);
  return prompts;
}

// Who left out a scope before is asked for it again, as the large providers do.
async function loadExistingGrant({ oidc }) {
  const chosen = oidc.result?.consent?.grantId;
  const grantId = chosen ?? oidc.session.grantIdFor(oidc.client.clientId);
  const grant = grantId && await oidc.provider.Grant.find(grantId);
  return grant && (chosen || !grant.getRejectedOIDCScope()) ? grant : undefined;
}

function getsRefreshToken(source) {
  if (settings.refreshTokens === 'offline') return source.scopes.has('offline_access');
  return settings.refreshTokens === 'always';
}

// Which mailboxes a token opens: that of `sub`, and one more, as Exchange's FullAccess lets an account into another's.
// There is a word for none: a mail server that misses the claim is out of order.
async function extraTokenClaims(_context, { kind, accountId, clientId }) {
  const more = { full_access: settings.fullAccess[accountId] ?? 'none' };
  return kind === 'ClientCredentials' ? { sub: settings.appMailbox ?? clientId, ...more } : more;
}

// A mail server is told about access tokens with a mail scope only: to be told that a refresh token is active would
// let it log in.
async function maySee(_context, client, token) {
  if (client.clientId !== MAIL_SERVER.id) return token.clientId === client.clientId;
  const scopes = (token.scope ?? '').split(' ');
  return token.kind !== 'RefreshToken' && MAIL_SCOPES.some((scope) => scopes.includes(scope));
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { ...createPrivateKey(privateKey).export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
}
