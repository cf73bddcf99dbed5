// What a test may do to the provider besides what any client may: give out a token without a browser and take it back.

import { APPLICATION } from './provider.mjs';

const ACTIONS = {
  // {account, scope, ttl} -> {access_token, grant_id}
  '/test/token': async (provider, { account, scope, ttl }) => {
    const grant = new provider.Grant({ accountId: account, clientId: APPLICATION.id });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    const client = await provider.Client.find(APPLICATION.id);
    const token = new provider.AccessToken({
      accountId: account, client, expiresIn: ttl, grantId, gty: 'authorization_code', scope,
    });
    return { access_token: await token.save(), grant_id: grantId };
  },

  // {token} -> {revoked}
  '/test/revoke': async (provider, { token }) => {
    const found = await provider.AccessToken.find(token);
    await found?.destroy();
    return { revoked: Boolean(found) };
  },
};

// Answers a test's request, or says that the request is not one.
export async function steer(provider, request, response) {
  const action = ACTIONS[request.url];
  if (!action || request.method !== 'POST') return false;
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await action(provider, JSON.parse(Buffer.concat(chunks).toString()));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
  return true;
}
