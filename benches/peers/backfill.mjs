// node backfill.mjs USER: downloads every message of INBOX, parses it, and prints how many there were.
import { simpleParser } from 'mailparser';
import { signIn } from './client.mjs';

const client = await signIn(process.argv[2]);
await client.mailboxOpen('INBOX', { readOnly: true });
let count = 0;
for await (const message of client.fetch('1:*', { uid: true, source: true })) {
  const mail = await simpleParser(message.source);
  if (mail.headers.size > 0) count += 1;
}
console.log(count);
await client.logout();
