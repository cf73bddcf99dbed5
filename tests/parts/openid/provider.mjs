// How the provider is set up: who its clients are, which scopes it grants and what a mail server may learn of a token.

import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { Store } from './store.mjs';

export const MAIL_SCOPE = 'mail';
export const APPLICATION = { id: 'mailroom', secret: 'mailroom-secret' };
export const MAIL_SERVER = { id: 'mailserver', secret: 'mailserver-secret' };

const HOUR = 3600;

export function newProvider(issuer) {
  return new Provider(issuer, {
    adapter: Store,
    clients: [
      {
        client_id: APPLICATION.id,
        client_secret: APPLICATION.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
      },
      {
        client_id: MAIL_SERVER.id,
        client_secret: MAIL_SERVER.secret,
        grant_types: [],
        response_types: [],
        redirect_uris: [],
      },
    ],
    cookies: { keys: ['only-for-tests'] },
    features: {
      introspection: { enabled: true, allowedPolicy: maySee },
      revocation: { enabled: true },
    },
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, email: id }) }),
    jwks: { keys: [newKey()] },
    scopes: ['openid', 'offline_access', MAIL_SCOPE],
    ttl: { AccessToken: HOUR, Grant: 90 * 24 * HOUR, RefreshToken: 90 * 24 * HOUR },
  });
}

// A mail server is told about access tokens with the mail scope only: to be told that a refresh token is active would
// let it log in.
function maySee(_context, client, token) {
  if (client.clientId !== MAIL_SERVER.id) return token.clientId === client.clientId;
  return token.kind === 'AccessToken' && (token.scope ?? '').split(' ').includes(MAIL_SCOPE);
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
}
