// The applications that the provider knows. They are kept in its store, not in its configuration, so that a test can
// change them while it runs.

import { Store } from './store.mjs';

export const APPLICATION = { id: 'mailroom', secret: 'mailroom-secret' };
export const MAIL_SERVER = { id: 'mailserver', secret: 'mailserver-secret' };

const clients = new Store('Client');
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

// An application; one without a secret is public. Like an app for desktops it may use any port of a loopback address
// that it has registered, unless it registers what such an app may not.
export async function addApplication({ id, secret, redirectUris }) {
  await clients.upsert(id, {
    client_id: id,
    client_name: `Application ${id}`,
    application_type: redirectUris.every(isForDesktops) ? 'native' : 'web',
    grant_types: ['authorization_code', 'refresh_token', DEVICE, ...(secret ? ['client_credentials'] : [])],
    response_types: ['code'],
    redirect_uris: redirectUris,
    ...(secret
      ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' }
      : { token_endpoint_auth_method: 'none' }),
  });
}

export async function addMailServer() {
  await clients.upsert(MAIL_SERVER.id, {
    client_id: MAIL_SERVER.id,
    client_secret: MAIL_SERVER.secret,
    grant_types: [],
    response_types: [],
    redirect_uris: [],
  });
}

export async function allowRedirect(id, uri) {
  const { client_secret: secret, redirect_uris: known } = await existing(id);
  await addApplication({ id, secret, redirectUris: [...known, uri] });
}

export async function setSecret(id, secret) {
  await clients.upsert(id, { ...await existing(id), client_secret: secret, client_secret_expires_at: 0 });
}

// Its end was yesterday.
export async function expireSecret(id) {
  const yesterday = Math.floor(Date.now() / 1000) - 24 * 3600;
  await clients.upsert(id, { ...await existing(id), client_secret_expires_at: yesterday });
}

export async function removeApplication(id) {
  await existing(id);
  await clients.destroy(id);
}

function isForDesktops(uri) {
  const { protocol, hostname } = new URL(uri);
  return (protocol === 'http:') === ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

async function existing(id) {
  const client = await clients.find(id);
  if (!client) throw new Error(`no client ${id}`);
  return client;
}
