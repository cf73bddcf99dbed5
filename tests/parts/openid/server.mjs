// A real OpenID provider on a free loopback port, for tests. Prints one line of JSON when it listens:
// {"issuer": …, "port": …}. Everything it knows is in memory.

import { createServer } from 'node:http';
import { newProvider } from './provider.mjs';
import { steer } from './steering.mjs';

const server = createServer();
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const { port } = server.address();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = newProvider(issuer);
  const answer = provider.callback();
  server.on('request', (request, response) => {
    steer(provider, request, response)
      .then((done) => done || answer(request, response))
      .catch((error) => response.writeHead(500).end(String(error)));
  });
  console.log(JSON.stringify({ issuer, port }));
});
