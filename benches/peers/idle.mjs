// node idle.mjs USER...: idles on each mailbox, prints a line when all do, and ends with its standard input.
import { signIn } from './client.mjs';

const users = process.argv.slice(2);
for (const user of users) {
  const client = await signIn(user);
  await client.mailboxOpen('INBOX', { readOnly: true });
  client.idle().catch(() => process.exit(1));
}
console.log(users.length);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
