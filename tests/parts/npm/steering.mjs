// Lets a test steer a program of this folder: lines of JSON over a Unix socket, {"do": ACTION, …} answered by
// {"done": …} or {"error": …}. It is apart from the ports that the product sees, so that those are the real server's.

import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

// `actions` maps a name to a function of the order; what it returns, or resolves to, is the answer.
export function listen(path, actions) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', async (line) => {
      socket.write(`${JSON.stringify(await obey(actions, JSON.parse(line)))}\n`);
    });
  });
  server.listen(path);
}

async function obey(actions, { do: name, ...order }) {
  try {
    const action = actions[name];
    if (!action) throw new Error(`no such action: ${name}`);
    return { done: (await action(order)) ?? null };
  } catch (error) {
    return { error: error.message ?? String(error) };
  }
}
