import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useRef, useState } from 'react';
import { firstMessage, INTROSPECTION, send } from './api.js';
import { operationName } from './operation.js';
import { Desk, PRICE } from './Price.jsx';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';

// Made once: GraphiQL compares plugins by identity.
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), PRICE];

// Where GraphiQL keeps its tabs between visits.
const STORED_TABS = 'graphiql:tabState';

export default function Workbench({ token, introspection, examples, wanted, onRefused }) {
  const [fresh, setFresh] = useState(false);
  // The fetcher reads it late: a new fetcher would make GraphiQL ask for the schema again.
  const freshNow = useRef(fresh);
  freshNow.current = fresh;
  const fetcher = useMemo(() => {
    // What the token was tried with serves as GraphiQL's first look at the schema; a later one asks the gateway.
    let known = introspection;
    return async (operation) => {
      if (known && operation.operationName === INTROSPECTION) {
        const answer = known;
        known = null;
        return answer;
      }
      const wanted = { ...operation, operationName: operationName(operation) };
      const answer = await send(token, wanted, freshNow.current && operation.operationName !== INTROSPECTION);
      if (answer.status === 401) onRefused(firstMessage(answer));
      return answer.body ?? { errors: [{ message: firstMessage(answer) }] };
    };
  }, [token, introspection, onRefused]);
  const [first] = useState(() => firstVisit(examples));
  const desk = useMemo(() => ({ token, fresh, onFresh: setFresh, onRefused }), [token, fresh, onRefused]);
  return (
    <Desk value={desk}>
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
    </Desk>
  );
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
