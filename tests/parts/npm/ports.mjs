// Opens and closes ports of 127.0.0.1.

import { once } from 'node:events';

// Below the range from which Linux takes the ports of outgoing connections, so that a port that was closed for a while
// is still free when it opens again.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 1000;

// Has a server listen on a free port and gives the port.
export async function listenSomewhere(server) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await listenOn(server, port)) return port;
  }
  throw new Error(`no port of ${LOWEST} to ${HIGHEST} is free`);
}

export async function listenOn(server, port) {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error.code === 'EADDRINUSE') return false;
    throw error;
  }
}
