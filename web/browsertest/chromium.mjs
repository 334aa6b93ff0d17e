// Starts Chromium so that it can reach this machine and nothing else, and writes down what it does.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

// launch gives a browser; each context made of it has a profile of its own, empty at the start.
export function launch() {
  const executablePath = process.env.HITOTSU_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

// open gives a page in a fresh profile, and the log of everything that must not happen in it.
// expectStatus allows one HTTP status that Chromium reports as a console error, such as 401.
export async function open(browser, url, { viewport, locale = 'en-US', expectStatus } = {}) {
  const context = await browser.newContext({ viewport: viewport ?? { width: 1280, height: 800 }, locale });
  const log = { violations: [], consoleErrors: [], outside: [], urls: [] };
  const { origin } = new URL(url);

  await context.exposeFunction('reportViolation', (text) => log.violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    const text = message.text();
    if (/content.security.policy/i.test(text)) log.violations.push(text);
    if (message.type() !== 'error') return;
    if (expectStatus && text.includes(`status of ${expectStatus}`)) return;
    log.consoleErrors.push(text);
  });
  page.on('pageerror', (error) => log.consoleErrors.push(String(error)));
  // Of the context, not of the page: workers fetch as well.
  context.on('request', (request) => {
    const target = request.url();
    log.urls.push(target);
    if (/^(data|blob):/.test(target)) return;
    if (new URL(target).origin !== origin) log.outside.push(target);
  });
  page.on('framenavigated', (frame) => log.urls.push(frame.url()));
  await page.goto(url, { waitUntil: 'load' });
  return { context, page, log };
}
