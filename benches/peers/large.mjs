// node large.mjs USER: downloads the newest message of INBOX, parses it, and prints the most memory ever used in KiB.
import { simpleParser } from 'mailparser';
import { signIn } from './client.mjs';

const client = await signIn(process.argv[2]);
await client.mailboxOpen('INBOX', { readOnly: true });
const { content } = await client.download('*');
const mail = await simpleParser(content);
if (mail.headers.size === 0) process.exit(1);
await client.logout();
console.log(process.resourceUsage().maxRSS);
