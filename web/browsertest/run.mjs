// The browser test: a person opens the page, chooses a persona, runs the joined query and reads the answer.
//
//   HITOTSU_URL             the running demo, such as http://127.0.0.1:8080/
//   HITOTSU_AKASHI_CONTROL  the control port of its AKASHI simulator
//   HITOTSU_SCREENSHOT      where to put a picture of the answer (optional)
//   HITOTSU_CHROMIUM        the browser, /usr/bin/chromium if not given
//
// Prints a line a check and "N passed, M failed"; the exit code is 0 only if nothing failed.
import { dumpedStamps, localTime } from './akashi.mjs';
import { checks } from './checks.mjs';
import { launch, open } from './chromium.mjs';

const base = new URL(required('HITOTSU_URL'));
const control = required('HITOTSU_AKASHI_CONTROL');
const screenshot = process.env.HITOTSU_SCREENSHOT;

const { check, scene, summary } = checks();
const browser = await launch();
try {
  const config = await (await fetch(new URL('config.json', base))).json();
  const tokens = config.personas.map((persona) => persona.token);
  await scene('without a token', () => withoutToken(tokens));
  await scene('with a wrong token', wrongToken);
  await scene('as HR, then as Employee', () => joinedDay(config, tokens));
  await scene('the price', () => price(tokens));
  await scene('every example', () => everyExample(config));
  await scene('in Japanese, on a narrow window', () => narrow(tokens));
} finally {
  await browser.close();
}
process.exitCode = summary() ? 0 : 1;

// withoutToken: the page says what to do, and does not even try the gateway.
async function withoutToken(tokens) {
  const bare = await fetch(new URL('graphql', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  check('the gateway refuses a request without a token', bare.status === 401, `status ${bare.status}`);

  const { context, page, log } = await open(browser, base.href);
  await page.getByRole('heading', { name: 'Who is asking?' }).waitFor();
  const text = await page.locator('main').innerText();
  check('without a token the page says what to do', /choose a persona/i.test(text) && /token/i.test(text), text);
  check('without a token it shows no raw error', !/errors"|UNAUTHENTICATED|introspection/i.test(text), text);
  check('without a token it asks the gateway nothing', !log.urls.some((url) => url.endsWith('/graphql')));
  check('the token field is labelled', (await page.getByLabel('Token', { exact: true }).count()) === 1);
  check('the persona select is labelled', (await page.getByLabel('Persona').count()) === 1);
  checkLog('without a token', log, tokens);
  await context.close();
}

// wrongToken: the gateway's own words are shown.
async function wrongToken() {
  const { context, page, log } = await open(browser, base.href, { expectStatus: 401 });
  await page.fill('#token', 'not-a-token-of-anybody');
  await page.press('#token', 'Enter');
  const notice = page.getByRole('alert');
  await notice.waitFor();
  const text = await notice.innerText();
  check('a wrong token is answered with the reason', /not accepted/.test(text) && text.split('\n').length > 1, text);
  checkLog('with a wrong token', log, ['not-a-token-of-anybody']);
  await context.close();
}

// joinedDay: HR runs the query over three systems and finds a stamp of the simulator; then Employee takes the chair.
async function joinedDay(config, tokens) {
  const stampsOf = await dumpedStamps(control);
  const { day } = config.examples[0].variables;
  const { context, page, log } = await open(browser, base.href);
  await choosePersona(page, 'HR');
  await page.getByRole('tab', { name: 'JoinedDay' }).click();
  const hr = await run(page, 'JoinedDay');
  const people = hr.data?.employees?.nodes ?? [];
  check('HR gets 20 people', people.length === 20, JSON.stringify(hr.errors ?? people.length).slice(0, 300));

  const wrong = people.filter((person) => {
    const answered = person.akashi.nodes.map((stamp) => localTime(stamp.occurredAt));
    return answered.join() !== stampsOf(person.code, day).join();
  });
  check('each has the stamps that AKASHI holds', wrong.length === 0, wrong.map((person) => person.code).join(' '));
  const known = people.flatMap((person) => stampsOf(person.code, day));
  check('there are stamps of AKASHI', known.length > 0);
  check('there are adits of Jobcan', people.some((person) => person.jobcan.nodes.length > 0));
  check('there are overtimes of Carely', people.some((person) => person.carely?.nodes.length > 0));

  const shown = await shownStamps(page);
  check('a stamp time of the simulator is on the page', shown.some((time) => known.includes(time)), shown.join(' '));
  if (screenshot) await page.screenshot({ path: screenshot });

  await tools(page);

  await choosePersona(page, 'Employee');
  check('what HR saw is gone for the next persona', (await shownText(page)).trim() === '');
  await page.getByRole('tab', { name: 'JoinedDay' }).click();
  const own = await run(page, 'JoinedDay');
  const total = own.data?.employees?.totalCount;
  const seen = own.data?.employees?.nodes?.length;
  check('Employee sees one person', total === 1 && seen === 1, `totalCount ${total}, ${seen} shown`);
  await page.getByRole('tab', { name: 'Me', exact: true }).click();
  const me = (await run(page, 'Me')).data?.viewer?.employee;
  check('and that is themselves', Boolean(me?.code) && me.code === own.data.employees.nodes[0]?.code);

  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  check('no token is kept beyond the tab', !tokens.some((token) => stored.includes(token)));
  checkLog('at work', log, tokens);
  await context.close();
}

// tools: the explorer, the history and the list of examples do their work.
async function tools(page) {
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-plugin').getByText('employees', { exact: true }).first().waitFor();
  check('the explorer shows the schema', true);
  await page.getByRole('button', { name: 'Show History' }).click();
  await page.getByRole('region', { name: 'History' }).getByText('JoinedDay').first().waitFor();
  check('the history remembers the query', true);
  const tabs = await page.getByRole('tab').count();
  await page.getByLabel('Examples').selectOption({ index: 2 });
  await page.getByRole('tab', { name: 'TeamDay', selected: true }).waitFor();
  check('an example that is open already is shown, not opened twice', (await page.getByRole('tab').count()) === tabs);
}

// price: the panel tells what the operation would ask, then that it would ask nothing again; the switch beside it adds
// to the answers where they are from.
async function price(tokens) {
  const { context, page, log } = await open(browser, base.href);
  await choosePersona(page, 'HR');
  await page.getByRole('tab', { name: 'TeamDay' }).click();
  await page.getByRole('button', { name: 'Show Price' }).click();
  const panel = page.getByRole('region', { name: 'Price' });
  const before = await explained(page, panel);
  check('a price has the name of its operation', before.includes('TeamDay'), before);
  check('a price tells calls and endpoints', /\b[1-9]\d* calls?, about/.test(before) && /AKASHI/.test(before), before);
  check('a price tells how many calls are left', /\d left now, \d+ in the next minute/.test(before), before);
  const plain = await run(page, 'TeamDay');
  check('answers tell no more than was asked', !plain.extensions?.hitotsu);
  await panel.getByRole('checkbox').check();
  const told = await run(page, 'TeamDay');
  check('with the switch they tell where they are from', told.extensions?.hitotsu?.systems?.length > 0);
  const after = await explained(page, panel);
  check('what was asked a moment ago costs nothing', after.includes('0 calls, about 0.0 s'), after);
  checkLog('with a price', log, tokens);

  // A demo sets no limit so low; what a gateway with one would say is put in its mouth.
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('query Explain')) return route.continue();
    const explain = {
      calls: 62, limit: 10, withinLimit: false, estimatedMilliseconds: 4800, problems: ['NOT_FOUND: nobody'],
      steps: [{ system: 'AKASHI', link: 'osaka', endpoint: 'working_records', calls: 62, isEstimate: true }],
      systems: [{ system: 'AKASHI', link: 'osaka', hits: 7, quotaPerSecond: 5, callsLeftNow: 4,
        callsLeftNextMinute: 290, waiting: 3 }],
    };
    return route.fulfill({ json: { data: { explain } } });
  });
  const dear = await explained(page, panel);
  check('a price over the limit says so', dear.includes('More than the limit of 10'), dear);
  check('it tells links, estimates, hits and the quota', /AKASHI osaka/.test(dear) && /~62/.test(dear)
    && /\b7\b/.test(dear) && /4 left now, 290 in the next minute, 5\/s, 3 waiting/.test(dear), dear);
  check('problems are shown', dear.includes('NOT_FOUND: nobody'), dear);
  const alert = await panel.locator('.price-total').evaluate((node) => getComputedStyle(node).color);
  check('what is over the limit is red', alert === 'rgb(165, 40, 27)', alert);
  await context.close();
}

// explained presses the button and gives the panel's text.
async function explained(page, panel) {
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('query Explain'));
  await panel.getByRole('button', { name: 'Explain' }).click();
  await answered;
  await panel.locator('.price-total, .price-alert').first().waitFor();
  return panel.innerText();
}

// everyExample: each operation that the page offers runs as it stands.
async function everyExample(config) {
  const hr = config.personas.find((persona) => persona.name === 'HR');
  for (const { name, query, variables } of config.examples) {
    const response = await fetch(new URL('graphql', base), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${hr.token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    const detail = JSON.stringify((errors ?? []).slice(0, 3));
    check(`the example "${name}" runs`, Boolean(data) && !errors, detail);
  }
}

// narrow: the page speaks Japanese to who reads it, and fits a window of half a screen.
async function narrow(tokens) {
  const options = { viewport: { width: 560, height: 900 }, locale: 'ja-JP' };
  const { context, page, log } = await open(browser, base.href, options);
  await page.getByRole('heading', { name: 'どなたとして利用しますか' }).waitFor();
  check('the page speaks Japanese', (await page.locator('html').getAttribute('lang')) === 'ja');
  await choosePersona(page, 'HR');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check('a narrow window needs no sideways scrolling', overflow <= 0, `${overflow} px too wide`);
  checkLog('on a narrow window', log, tokens);
  await context.close();
}

async function choosePersona(page, name) {
  await page.selectOption('#persona', name);
  // The tabs come with the editor; the response pane is the last of it to be there.
  await page.getByRole('tab', { name: 'JoinedDay' }).waitFor();
  await page.locator('.graphiql-response .monaco-editor').waitFor();
}

// run presses the button and gives the gateway's answer.
async function run(page, operation) {
  const answered = page.waitForResponse(
    (response) => response.url().endsWith('/graphql') && response.request().postData()?.includes(`query ${operation}`),
  );
  await page.getByRole('button', { name: /^execute query/i }).click();
  const body = await (await answered).json();
  await page.locator('.graphiql-response .view-line').getByText('"data"').first().waitFor();
  return body;
}

// shownText is what the answer's pane shows now; it draws only the lines that fit.
async function shownText(page) {
  const lines = await page.locator('.graphiql-response .view-line').allInnerTexts();
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

async function shownStamps(page) {
  const text = await shownText(page);
  return [...text.matchAll(/"occurredAt": "([^"]+)"/g)].map((match) => localTime(match[1]));
}

function checkLog(when, log, tokens) {
  check(`${when}: nothing is against the policy`, log.violations.length === 0, log.violations.join(' | '));
  check(`${when}: no console error`, log.consoleErrors.length === 0, log.consoleErrors.join(' | '));
  check(`${when}: no request leaves for elsewhere`, log.outside.length === 0, log.outside.join(' '));
  const leaks = log.urls.filter((url) => tokens.some((token) => url.includes(token)));
  check(`${when}: no token in any address`, leaks.length === 0, `${leaks.length} addresses`);
}

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set`);
    process.exit(2);
  }
  return value;
}
