// Runs the audits of graphql-http against a GraphQL endpoint with a bearer.
//
//   node audit.mjs http://127.0.0.1:8080/graphql demo-hr
//
// Prints one line a failure and exits with 1 unless every audit is ok. The
// number of audits is pinned too: a release with fewer must not pass unseen.
import { auditServer } from 'graphql-http';

const EXPECTED = 61;

const [url, bearer] = process.argv.slice(2);
if (!url || !bearer) {
  console.error('usage: node audit.mjs <graphql url> <bearer token>');
  process.exit(2);
}

const fetchFn = (input, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${bearer}`);
  return fetch(input, { ...init, headers });
};

let results;
try {
  results = await auditServer({ url, fetchFn });
} catch (err) {
  console.error(`the audits could not run: ${err?.cause?.code ?? err.message}`);
  process.exit(2);
}

const failed = results.filter((r) => r.status !== 'ok');
for (const r of failed) {
  const status = r.response ? ` (answered ${r.response.status})` : '';
  console.log(`${r.status} ${r.id} ${r.name}: ${r.reason ?? ''}${status}`);
}
const ok = results.length - failed.length;
console.log(`${ok} of ${results.length} audits ok`);
if (results.length !== EXPECTED) {
  console.log(`${EXPECTED} audits were expected`);
}
process.exit(failed.length === 0 && results.length === EXPECTED ? 0 : 1);
