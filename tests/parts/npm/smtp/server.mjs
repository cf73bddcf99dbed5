// A real SMTP server on free loopback ports, for tests: server.mjs SOCKET, where SOCKET is steered by the test and has
// server.pem and key.pem beside it. The server takes any mail and keeps it in memory.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { listenOn, listenSomewhere } from '../ports.mjs';
import { listen } from '../steering.mjs';

const socket = process.argv[2];
const beside = (name) => readFileSync(join(dirname(socket), name));
const passwords = new Map();
const tokens = new Map();
let messages = [];
let faults = [];
let mustSignIn = false;

function refusal(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

// The harm that strikes at this step, once for each time it was ordered.
function strike(step) {
  const fault = faults.find((other) => other.at === step && other.left > 0);
  if (fault) fault.left -= 1;
  return fault;
}

// Refuses, closes the connection without an answer, or goes on.
function at(step, session, done, goOn) {
  const fault = strike(step);
  if (!fault) return goOn();
  if (fault.code) return done(refusal(fault.code, fault.text));
  return [...connections()].find(({ id }) => id === session.id)?.close();
}

function newServer(secure) {
  const server = new SMTPServer({
    secure,
    cert: beside('server.pem'),
    key: beside('key.pem'),
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    authOptional: true,
    banner: 'A server for tests',
    disableReverseLookup: true,
    logger: false,
    size: 50 * 1024 * 1024,

    onConnect: (session, done) => at('connect', session, done, done),

    onAuth: ({ method, username, password, accessToken }, session, done) => at('auth', session, done, () => {
      const good = method === 'XOAUTH2' ? tokens.get(username)?.has(accessToken) : passwords.get(username) === password;
      if (good) return done(null, { user: username, method });
      if (method !== 'XOAUTH2') return done(refusal(535, '5.7.8 Username and Password not accepted'));
      return done(null, { data: { status: '400', schemes: 'Bearer', scope: 'https://mail.google.com/' } });
    }),

    onMailFrom: (_address, session, done) => at('mail', session, done, () => {
      done(mustSignIn && !session.user ? refusal(530, '5.7.0 Authentication Required') : null);
    }),

    onRcptTo: (_address, session, done) => at('rcpt', session, done, done),

    onData: async (stream, session, done) => {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      at('data', session, done, () => {
        const { envelope, secure: encrypted, user } = session;
        messages.push({
          from: envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          encrypted: Boolean(encrypted),
          user: user ?? null,
          raw: Buffer.concat(chunks).toString('base64'),
        });
        done(null, '2.0.0 Kept');
      });
    },
  });
  server.on('error', () => {});
  return server;
}

const servers = [newServer(false), newServer(true)];
const ports = [];
for (const { server } of servers) ports.push(await listenSomewhere(server));

function connections() {
  return servers.flatMap((server) => [...server.connections]);
}

listen(socket, {
  ports: () => ports,
  messages: () => messages,
  forget: () => { messages = []; },
  set_password: ({ user, password }) => { passwords.set(user, password); },
  add_token: ({ user, token }) => { tokens.set(user, (tokens.get(user) ?? new Set()).add(token)); },
  remove_token: ({ user, token }) => { tokens.get(user)?.delete(token); },
  require_sign_in: () => { mustSignIn = true; },
  // {at: connect|auth|mail|rcpt|data, times, code, text}; without a code the connection is cut
  fault: ({ times, ...fault }) => { faults.push({ ...fault, left: times }); },
  clear_faults: () => { faults = []; },

  // Closes both ports and every connection, and keeps what it knows.
  stop: async () => {
    const closed = servers.map(({ server }) => new Promise((done) => { server.close(done); }));
    for (const connection of connections()) connection.close();
    await Promise.all(closed);
  },
  start: async () => {
    for (const [index, { server }] of servers.entries()) {
      if (!await listenOn(server, ports[index])) throw new Error(`somebody took port ${ports[index]} in between`);
    }
  },
});
