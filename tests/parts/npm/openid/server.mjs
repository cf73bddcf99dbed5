// A real OpenID provider on a free loopback port, for tests: server.mjs SOCKET, where SOCKET is steered by the test.
// Everything it knows is in memory.

import { createServer } from 'node:http';
import { listenOn, listenSomewhere } from '../ports.mjs';
import { listen } from '../steering.mjs';
import { askAdministrator } from './admin.mjs';
import { APPLICATION, addApplication, addMailServer } from './clients.mjs';
import { interact } from './interactions.mjs';
import { newProvider } from './provider.mjs';
import { steering } from './steering.mjs';
import { watch } from './watch.mjs';

const server = createServer();
const port = await listenSomewhere(server);
let provider;
let answer;
// With a signing key of its own; everything else it knows is in the store.
function serve() {
  provider = newProvider(`http://127.0.0.1:${port}`);
  provider.use(watch);
  answer = provider.callback();
}
serve();
server.on('request', (request, response) => {
  askAdministrator(provider, request, response)
    .then((done) => done || interact(provider, request, response))
    .then((done) => done || answer(request, response))
    .catch((error) => response.writeHead(error.statusCode ?? 500).end(String(error)));
});
const redirectUris = ['127.0.0.1', 'localhost'].flatMap((host) => [`http://${host}/`, `http://${host}/callback`]);
await addApplication({ ...APPLICATION, redirectUris });
await addMailServer();

listen(process.argv[2], {
  port: () => port,
  ...steering(provider),

  // Signs with a new key from now on, and publishes only that one.
  rotate_keys: serve,

  // Closes the port and every connection, and keeps what it knows.
  stop: () => new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  }),

  start: async () => {
    if (!await listenOn(server, port)) throw new Error(`somebody took port ${port} in between`);
  },
});
