// Answers the questions on stdin with graphql-js; see main.go.
import { readFileSync } from 'node:fs';
import { buildSchema, executeSync, parse } from 'graphql';

const { schema: text, questions } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildSchema(text);

// A reference {"$": 3} is node 3, {"$err": true} an error.
function read(value, nodes) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((v) => read(v, nodes));
  if (typeof value === 'object') {
    if ('$err' in value) throw new Error('planned');
    return nodes[value.$];
  }
  return value;
}

const answers = questions.map(({ query, variables, nodes }) => {
  const result = executeSync({
    schema,
    document: parse(query),
    variableValues: variables,
    rootValue: nodes[0],
    typeResolver: (node) => node.type,
    fieldResolver: (node, args, _context, info) => {
      const value = read(node.fields[info.fieldName], nodes);
      return Array.isArray(value) && typeof args.first === 'number' ? value.slice(0, args.first) : value;
    },
  });
  return {
    data: JSON.stringify(result.data),
    paths: (result.errors ?? []).map((e) => e.path.join('.')),
  };
});
process.stdout.write(JSON.stringify(answers));
