// Signs people in and asks for their consent: answers /interaction/UID and the forms on its pages.

import { MUST_AGREE } from './admin.mjs';
import { consentPage, signInPage } from './pages.mjs';
import { settings } from './settings.mjs';

const PATH = /^\/interaction\/([\w-]+)(?:\/([a-z-]+))?$/;

// Answers a request for one of the pages, or says that it is none.
export async function interact(provider, request, response) {
  const [, uid, step] = PATH.exec(new URL(request.url, 'http://localhost').pathname) ?? [];
  if (!uid) return false;
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const result = await STEPS[step](provider, details, form);
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: step === 'allow' });
  } else {
    const page = await pageFor(provider, details, step === 'another-account');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
  }
  return true;
}

async function pageFor(provider, { uid, prompt, params, session }, another) {
  const { clientName: client } = await provider.Client.find(params.client_id);
  const shown = { action: `/interaction/${uid}`, client, signedIn: session?.accountId };
  if (prompt.name === 'consent' && !another) {
    return consentPage({ ...shown, scopes: params.scope.split(' ') });
  }
  return signInPage({ ...shown, hint: params.login_hint, mayGoOn: prompt.name === 'select_account' });
}

// What a button leads to.
const STEPS = {
  'sign-in': async (_provider, _details, form) => ({
    login: { accountId: form.get('address').trim().toLowerCase() }, select_account: {},
  }),

  continue: async () => ({ select_account: {} }),

  cancel: async () => ({ error: 'access_denied', error_description: 'The account\'s owner has cancelled' }),

  // Each consent is a grant of its own, as it is for one device at the large providers.
  allow: async (provider, { params, session }, form) => {
    const refusal = settings.refuseNext;
    settings.refuseNext = undefined;
    if (refusal) return refusal;
    if (settings.adminMustAgree) return MUST_AGREE;
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    const ticked = new Set(['openid', ...form.getAll('scope')]);
    for (const scope of params.scope.split(' ')) {
      if (ticked.has(scope)) grant.addOIDCScope(scope);
      else grant.rejectOIDCScope(scope);
    }
    return { consent: { grantId: await grant.save() } };
  },
};

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
