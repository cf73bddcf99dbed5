// node poll.mjs USER...: asks each mailbox whether anything has changed, and prints how many answered.
import { signIn } from './client.mjs';

let count = 0;
for (const user of process.argv.slice(2)) {
  const client = await signIn(user);
  const status = await client.status('INBOX', { messages: true, uidNext: true, uidValidity: true });
  if (status.uidNext > 0) count += 1;
  await client.logout();
}
console.log(count);
