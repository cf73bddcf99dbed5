// Drives a real Chromium for a test: driver.mjs SOCKET CHROMIUM SWITCH…, where SOCKET is steered by the test. A session
// is a browser window of its own, with its own cookies; each order names one.

import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { listen } from '../steering.mjs';

const [socket, executablePath, ...more] = process.argv.slice(2);
const WAITS = 30_000;
const SWITCHES = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', ...more,
];

// As a server, because that can be killed and be waited for: Chromium is not in this process's group.
const server = await chromium.launchServer({ executablePath, headless: true, args: SWITCHES, handleSIGTERM: false });
process.on('SIGTERM', () => server.kill().finally(() => process.exit()));
const browser = await chromium.connect(server.wsEndpoint());
const sessions = new Map();

async function newSession({ scripts = true }) {
  const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(WAITS);
  const page = await context.newPage();
  const session = { context, page, requests: [], complaints: [] };
  page.on('request', (request) => session.requests.push(request));
  page.on('console', (message) => message.type() === 'error' && session.complaints.push(message.text()));
  page.on('pageerror', (error) => session.complaints.push(error.message));
  const number = sessions.size;
  sessions.set(number, session);
  return number;
}

// Does something and waits for the page that it leads to, if it leads to one.
async function andSettle({ page }, act) {
  let leaves = false;
  const look = (request) => { leaves ||= request.isNavigationRequest() && request.frame() === page.mainFrame(); };
  page.on('request', look);
  try {
    await act();
    // A submitted form starts its request only after the click is done.
    await page.waitForTimeout(leaves ? 0 : 50).catch(() => {});
    if (leaves) await page.waitForLoadState('load').catch(() => {});
  } finally {
    page.off('request', look);
  }
}

async function headersOf(thing) {
  const late = new Promise((resolve) => { setTimeout(resolve, 1000); });
  return await Promise.race([thing.allHeaders(), late]) ?? thing.headers();
}

async function noteOf(request) {
  const [headers, response] = await Promise.all([headersOf(request), answered(request)]);
  return {
    url: request.url(),
    method: request.method(),
    headers,
    body: request.postData(),
    navigation: isPage(request),
    status: response?.status() ?? null,
    answer_headers: response ? await headersOf(response) : {},
  };
}

function answered(request) {
  const late = new Promise((resolve) => { setTimeout(resolve, 1000); });
  return Promise.race([request.response().catch(() => null), late]);
}

function isPage(request) {
  return request.isNavigationRequest() && request.frame().parentFrame() === null;
}

// Each is given the session and the order.
const ACTIONS = {
  open: (session, { url }) => andSettle(session, () => session.page.goto(url, { waitUntil: 'load' })),
  back: (session) => andSettle(session, () => session.page.goBack()),
  reload: (session) => andSettle(session, () => session.page.reload()),
  click: (session, { selector }) => andSettle(session, () => session.page.click(selector)),
  press: (session, { key }) => andSettle(session, () => session.page.keyboard.press(key)),
  fill: ({ page }, { selector, text }) => page.fill(selector, text),
  choose: ({ page }, { selector, value }) => page.selectOption(selector, value).then(() => undefined),
  tick: ({ page }, { selector, ticked }) => page.setChecked(selector, ticked),
  is_ticked: ({ page }, { selector }) => page.isChecked(selector),
  count: ({ page }, { selector }) => page.locator(selector).count(),
  text: ({ page }, { selector }) => page.innerText(selector),
  value: ({ page }, { selector }) => page.inputValue(selector),
  attribute: ({ page }, { selector, name }) => page.getAttribute(selector, name),
  html: ({ page }) => page.content(),
  url: ({ page }) => page.url(),
  title: ({ page }) => page.title(),
  evaluate: ({ page }, { script }) => page.evaluate(script),

  wait_for: ({ page }, { selector }) => page.waitForSelector(selector).then(() => undefined),
  wait_for_text: ({ page }, { text }) => page.getByText(text).first().waitFor(),
  wait_for_url: ({ page }, { part }) => page.waitForURL((url) => url.href.includes(part), { waitUntil: 'load' }),

  focused: ({ page }) => page.evaluate(() => {
    const { tagName, id, name, innerText, value } = document.activeElement ?? document.body;
    return { tag: tagName.toLowerCase(), id: id ?? '', name: name ?? '', text: innerText || value || '' };
  }),

  // Sets how the page is looked at from now on.
  look: async ({ page }, { width, height, dark }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ media: 'screen', colorScheme: dark ? 'dark' : 'light' });
  },
  // As wide as a sheet of A4 with margins of 15 mm.
  look_on_paper: async ({ page }) => {
    await page.setViewportSize({ width: 680, height: 1000 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  },
  screenshot: ({ page }, { path }) => page.screenshot({ path, fullPage: true }).then(() => undefined),

  // As text: a page's content security policy rules what its own scripts evaluate, not this.
  axe: async ({ page }) => {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate('axe.run()');
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, targets: nodes.map((node) => node.target.join(' ')) }));
  },

  cookies: ({ context }) => context.cookies(),
  complaints: ({ complaints }) => complaints,
  requests: ({ requests }) => Promise.all(requests.map(noteOf)),
  forget_requests: (session) => { session.requests = []; },
  // The page that is shown, without the redirects that led to it.
  last_page: ({ requests }) => {
    const last = requests.findLast(isPage);
    return last ? noteOf(last) : null;
  },
  history: async ({ context, page }) => {
    const devtools = await context.newCDPSession(page);
    const { entries } = await devtools.send('Page.getNavigationHistory');
    await devtools.detach();
    return entries.map(({ url }) => url);
  },
  close: ({ context }) => context.close(),
};

// A failure tells where the browser was.
function inSession(action) {
  return async ({ session: number, ...order }) => {
    const session = sessions.get(number);
    try {
      return await action(session, order);
    } catch (error) {
      const shown = await session.page.innerText('body', { timeout: 1000 }).catch(() => '');
      throw new Error(`${error.message}\nThe page was ${session.page.url()}:\n${shown.slice(0, 2000)}`);
    }
  };
}

const orders = Object.entries(ACTIONS).map(([name, action]) => [name, inSession(action)]);
listen(socket, { new_session: newSession, ...Object.fromEntries(orders) });
