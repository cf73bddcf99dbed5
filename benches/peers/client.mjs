// A signed-in IMAP client for the server that the environment names.
import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';

export async function signIn(user) {
  const { BENCH_HOST: host, BENCH_PORT: port, BENCH_CA: ca, BENCH_PASSWORD: pass } = process.env;
  const client = new ImapFlow({
    host,
    port: Number(port),
    secure: true,
    auth: { user, pass },
    tls: { ca: readFileSync(ca) },
    logger: false,
    emitLogs: false,
  });
  await client.connect();
  return client;
}
