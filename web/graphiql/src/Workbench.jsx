import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import { Kind, parse } from 'graphql';
import { useEffect, useMemo, useState } from 'react';
import { firstMessage, INTROSPECTION, send } from './api.js';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';

// Made once: GraphiQL compares plugins by identity.
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

// Where GraphiQL keeps its tabs between visits.
const STORED_TABS = 'graphiql:tabState';

export default function Workbench({ token, introspection, examples, wanted, onRefused }) {
  const fetcher = useMemo(() => {
    // What the token was tried with serves as GraphiQL's first look at the schema; a later one asks the gateway.
    let known = introspection;
    return async (operation) => {
      if (known && operation.operationName === INTROSPECTION) {
        const answer = known;
        known = null;
        return answer;
      }
      const answer = await send(token, { ...operation, operationName: operationName(operation) });
      if (answer.status === 401) onRefused(firstMessage(answer));
      return answer.body ?? { errors: [{ message: firstMessage(answer) }] };
    };
  }, [token, introspection, onRefused]);
  const [first] = useState(() => firstVisit(examples));
  return (
    <GraphiQL
      fetcher={fetcher}
      // null keeps GraphiQL from asking a gateway that does not show its schema; undefined lets it ask.
      schema={introspection ? undefined : null}
      plugins={PLUGINS}
      isHeadersEditorEnabled={false}
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
      defaultEditorToolsVisibility="variables"
      {...first}
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <ExampleOpener wanted={wanted} />
    </GraphiQL>
  );
}

// operationName is what to run. GraphiQL reads the name a moment after the document changed, so that a quick hand runs
// a tab under the name of the one before; where the document holds one operation, there is nothing to choose.
function operationName({ query, operationName: chosen }) {
  try {
    const operations = parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 ? operations[0].name?.value : chosen;
  } catch {
    return chosen; // the gateway says what is wrong with the document
  }
}

// firstVisit gives the tabs of somebody who has none yet. GraphiQL shows the variables of its first tab only when
// they are also given as the initial ones.
function firstVisit(examples) {
  let visited = false;
  try {
    visited = localStorage.getItem(STORED_TABS) !== null;
  } catch {
    // storage is blocked: every visit is the first
  }
  if (visited || examples.length === 0) return {};
  const defaultTabs = examples.map(({ query, variables }) => ({ query, variables: asText(variables) }));
  return { defaultTabs, initialQuery: defaultTabs[0].query, initialVariables: defaultTabs[0].variables };
}

function asText(variables) {
  return variables && Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : '';
}

// ExampleOpener goes to the tab that holds the wanted example unchanged, or opens one.
function ExampleOpener({ wanted }) {
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  const [done, setDone] = useState(wanted);
  useEffect(() => {
    if (wanted === done || !queryEditor || !variableEditor) return;
    setDone(wanted);
    const { query, variables } = wanted.example;
    const index = tabs.findIndex((tab) => tab.query === query && (tab.variables ?? '') === asText(variables));
    if (index >= 0) {
      changeTab(index);
      return;
    }
    addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(asText(variables));
  }, [wanted, done, tabs, queryEditor, variableEditor, addTab, changeTab]);
  return null;
}
