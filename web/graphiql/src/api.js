// Everything that leaves the page: its configuration and GraphQL requests, both to the page's own origin.
// The token travels in the Authorization header and nowhere else.
import { getIntrospectionQuery } from 'graphql';
import { words } from './words.js';

// The name that graphql-js and GraphiQL give to the query for the schema.
export const INTROSPECTION = 'IntrospectionQuery';

const GRAPHQL = new URL('graphql', document.baseURI).href;

// fetchConfig gives {personas, examples}. A gateway without it is simply not a demo.
export async function fetchConfig() {
  try {
    const response = await fetch('config.json', { headers: { Accept: 'application/json' } });
    const config = response.ok ? await response.json() : {};
    return { personas: config.personas ?? [], examples: config.examples ?? [] };
  } catch {
    return { personas: [], examples: [] };
  }
}

// send posts one operation. It gives {status, body}; body is null when the answer was not JSON.
// fresh asks for extensions.hitotsu: what the answer took from each system and how old it is.
// It throws only when nothing was reached.
export async function send(token, { query, variables, operationName }, fresh = false) {
  const response = await fetch(GRAPHQL, {
    method: 'POST',
    credentials: 'omit',
    headers: {
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
      ...(fresh && { 'Hitotsu-Freshness': 'full' }),
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  let body = null;
  try {
    body = await response.json();
  } catch {
    // A proxy's HTML page, or nothing: the status says what there is to say.
  }
  return { status: response.status, body };
}

// firstMessage is what the server said, or the status if it said nothing readable.
export function firstMessage({ status, body }) {
  return body?.errors?.[0]?.message ?? words.status(status);
}

// enter tries the token by asking for the schema. The outcome is one of
// {kind: 'open', introspection}, {kind: 'refused', message} and {kind: 'trouble', message}.
// A gateway that answers but keeps its schema to itself is open with introspection null.
export async function enter(token) {
  let answer;
  try {
    answer = await send(token, { query: getIntrospectionQuery(), operationName: INTROSPECTION });
  } catch {
    return { kind: 'trouble', message: words.unreachable };
  }
  if (answer.status === 401) return { kind: 'refused', message: firstMessage(answer) };
  if (answer.body?.data?.__schema) return { kind: 'open', introspection: answer.body };
  // Introspection that is switched off is a document the gateway does not accept, from a caller it does.
  if (answer.body?.errors?.[0]?.extensions?.code === 'GRAPHQL_VALIDATION_FAILED') {
    return { kind: 'open', introspection: null };
  }
  return { kind: 'trouble', message: firstMessage(answer) };
}

const EXPLAIN = `query Explain($document: String!, $variables: String, $name: String) {
  explain(document: $document, variables: $variables, operationName: $name) {
    calls limit withinLimit estimatedMilliseconds problems
    steps { system link endpoint calls isEstimate }
    systems { system link hits quotaPerSecond callsLeftNow callsLeftNextMinute waiting }
  }
}`;

// explain gives {price}, what an operation would ask of the systems, or {message, refused} with why there is none.
export async function explain(token, variables) {
  try {
    const answer = await send(token, { query: EXPLAIN, variables, operationName: 'Explain' });
    const price = answer.body?.data?.explain;
    return price ? { price } : { message: firstMessage(answer), refused: answer.status === 401 };
  } catch {
    return { message: words.unreachable };
  }
}
