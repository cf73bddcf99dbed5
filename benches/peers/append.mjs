// node append.mjs USER MEGABYTES: puts one message of that size, with one attachment, into INBOX.
import { signIn } from './client.mjs';

const [user, megabytes] = process.argv.slice(2);
const line = `${'QUJD'.repeat(19)}\r\n`;
const head = [
  'Message-ID: <large@mail.example>',
  'From: Anna <anna@mail.example>',
  `To: ${user}`,
  'Date: Sun, 22 Nov 2026 11:00:00 +0000',
  'Subject: Large',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'The drawings.',
  '--b',
  'Content-Type: application/octet-stream; name=drawings.bin',
  'Content-Disposition: attachment; filename=drawings.bin',
  'Content-Transfer-Encoding: base64',
  '',
  '',
].join('\r\n');
const body = Buffer.alloc(Number(megabytes) * 1024 * 1024, line);
const client = await signIn(user);
await client.append('INBOX', Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n--b--\r\n')]));
await client.logout();
