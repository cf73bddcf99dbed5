// The page on which an organization's administrator agrees to an application for everybody, as Microsoft has one, and what
// people and programs are told before: answers /adminconsent and the forms on its page.

import { adminPage } from './pages.mjs';
import { settings } from './settings.mjs';

const PATH = '/adminconsent';
// The organization that every account belongs to.
export const TENANT = '11111111-2222-3333-4444-555555555555';

// What is answered while an administrator must agree first, in Microsoft's words.
export const MUST_AGREE = {
  error: 'access_denied',
  error_description: 'AADSTS90094: The grant requires admin permission. An administrator has set a policy that prevents you from granting it.',
};

// Answers a request for the page or its forms, or says that it is none.
export async function askAdministrator(provider, request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname !== PATH) return false;
  const [id, redirect, state] = ['client_id', 'redirect_uri', 'state'].map((name) => searchParams.get(name));
  const client = await provider.Client.find(id);
  if (!client?.redirectUriAllowed(redirect)) {
    response.writeHead(400).end('unknown client or redirect_uri');
  } else if (request.method === 'POST') {
    const agreed = searchParams.get('answer') === 'agree';
    if (agreed) settings.adminMustAgree = false;
    response.writeHead(303, { location: comeBack(redirect, state, agreed) }).end();
  } else {
    const page = adminPage({ action: request.url, client: client.clientName });
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
  }
  return true;
}

function comeBack(redirect, state, agreed) {
  const url = new URL(redirect);
  const answer = agreed
    ? { admin_consent: 'True', tenant: TENANT }
    : { error: 'access_denied', error_description: 'AADSTS65004: User declined to consent to access the app.' };
  for (const [name, value] of Object.entries({ ...answer, state })) url.searchParams.set(name, value);
  return url.href;
}
