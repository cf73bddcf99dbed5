// What a test may do to the provider besides what any program may: change its settings and clients, give out tokens
// without a browser and take them back.

import { APPLICATION, addApplication, allowRedirect, expireSecret, removeApplication, setSecret } from './clients.mjs';
import { settings } from './settings.mjs';
import { Store } from './store.mjs';
import { watching } from './watch.mjs';

export function steering(provider) {
  // What a consent of this account's to these scopes leaves behind.
  async function granted({ account, scope, client: id = APPLICATION.id }) {
    const grant = new provider.Grant({ accountId: account, clientId: id });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    return { accountId: account, client: await provider.Client.find(id), grantId, gty: 'authorization_code', scope };
  }

  return {
    ...watching,

    // {name: value, …} of settings.mjs
    set: (changes) => { Object.assign(settings, changes); },

    add_client: ({ id, secret, redirect_uris: redirectUris }) => addApplication({ id, secret, redirectUris }),
    allow_redirect: ({ id, uri }) => allowRedirect(id, uri),
    set_secret: ({ id, secret }) => setSecret(id, secret),
    expire_secret: ({ id }) => expireSecret(id),
    remove_client: ({ id }) => removeApplication(id),

    // {account, scope, lives?} -> the token
    access_token: async ({ lives, ...consent }) =>
      new provider.AccessToken({ ...await granted(consent), expiresIn: lives ?? settings.accessTokenLives }).save(),

    // {account, scope, client?, nonce?} -> the token
    refresh_token: async ({ nonce, ...consent }) =>
      new provider.RefreshToken({ ...await granted(consent), nonce }).save(),

    // {token}; an access token or a refresh token
    revoke_token: async ({ token }) => {
      const found = await provider.AccessToken.find(token) ?? await provider.RefreshToken.find(token);
      if (!found) throw new Error('no such token');
      await found.destroy();
    },

    // {account, kinds} -> how many there were
    revoke_of: ({ account, kinds }) =>
      kinds.map((kind) => new Store(kind).destroyOf(account)).reduce((sum, count) => sum + count, 0),
  };
}
