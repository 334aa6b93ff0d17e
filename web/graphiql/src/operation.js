import { Kind, parse } from 'graphql';

// operationName is what to run. GraphiQL reads the name a moment after the document changed, so that a quick hand runs
// a tab under the name of the one before; where the document holds one operation, there is nothing to choose.
export function operationName({ query, operationName: chosen }) {
  try {
    const operations = parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 ? operations[0].name?.value : chosen;
  } catch {
    return chosen; // the gateway says what is wrong with the document
  }
}
