// Sees every request that a program (not a person) makes: notes it, and lets a test spoil its answer.

import { once } from 'node:events';
import { parse, stringify } from 'node:querystring';
import { MUST_AGREE } from './admin.mjs';
import { settings } from './settings.mjs';
import { Store } from './store.mjs';

// Where programs ask, by the name that tests use.
const ENDPOINTS = {
  token: '/token',
  introspection: '/token/introspection',
  revocation: '/token/revocation',
  device: '/device/auth',
  keys: '/jwks',
  discovery: '/.well-known/openid-configuration',
};
const NAMES = new Map(Object.entries(ENDPOINTS).map(([name, path]) => [path, name]));

const refreshTokens = new Store('RefreshToken');
let noted = [];
let faults = [];

// The middleware. What a request came to stands in its note: a status, 'held', or 'lost'.
export async function watch(context, next) {
  const endpoint = NAMES.get(context.path);
  if (!endpoint) return next();
  const note = await noteOf(context, endpoint);
  noted.push(note);
  const fault = takeFault(endpoint);
  if (fault?.kind === 'answer') {
    Object.assign(context, { status: fault.status, body: Buffer.from(fault.body, 'base64') });
    context.set(fault.headers);
  } else if (endpoint === 'token' && settings.adminMustAgree) {
    Object.assign(context, { status: 400, body: { ...MUST_AGREE, error: 'invalid_grant' } });
  } else {
    await next();
    if (endpoint === 'device' && context.status === 200) context.body.interval = settings.deviceInterval;
    note.account ??= context.oidc?.entities?.Account?.accountId ?? null;
  }
  if (fault?.kind === 'hold') {
    note.became = 'held';
    await fault.released;
  }
  if (fault?.kind === 'close') await close(context, fault.after);
  note.became = fault?.kind === 'close' ? 'lost' : context.status;
  return undefined;
}

async function noteOf(context, endpoint) {
  const chunks = [];
  for await (const chunk of context.req) chunks.push(chunk);
  // The provider takes the body from here when somebody has read it before.
  context.req.body = Buffer.concat(chunks).toString();
  const form = parse(context.req.body);
  if (form.grant_type === 'refresh_token') context.req.body = stringify(withoutOfflineAccess(form));
  const token = form.refresh_token && await refreshTokens.find(form.refresh_token);
  return {
    endpoint, grant_type: form.grant_type ?? null, client_id: form.client_id ?? null, account: token?.accountId ?? null, became: null,
  };
}

// Microsoft wants the scope named at a refresh too; this provider forgets it where a person was not asked for consent anew,
// and would refuse.
function withoutOfflineAccess({ scope, ...form }) {
  return scope ? { ...form, scope: scope.split(' ').filter((one) => one !== 'offline_access').join(' ') } : form;
}

function takeFault(endpoint) {
  const fault = faults.find((other) => other.endpoint === endpoint && other.left > 0);
  if (fault) fault.left -= 1;
  return fault;
}

// Closes the connection after so many bytes of the answer's body; before its first byte when that is null.
async function close(context, after) {
  const { res, body, status } = context;
  context.respond = false;
  if (after !== null) {
    const bytes = Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body ?? ''));
    res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
    await new Promise((written) => { res.write(bytes.subarray(0, after), written); });
  }
  res.socket.destroy();
  await once(res, 'close');
}

export const watching = {
  // {endpoint, times, kind: 'answer', status, headers, body (base64)} | {…, kind: 'hold'} | {…, kind: 'close', after}
  fault: ({ times, ...fault }) => {
    if (!ENDPOINTS[fault.endpoint]) throw new Error(`no endpoint ${fault.endpoint}`);
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    faults.push({ ...fault, left: times ?? Infinity, released, release });
  },

  // Lets what is held go on, and everything from now on be answered as usual.
  clear_faults: () => {
    for (const { release } of faults) release();
    faults = [];
  },

  requests: () => noted,
  forget_requests: () => { noted = []; },
};
