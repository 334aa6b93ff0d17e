import { useGraphiQL } from '@graphiql/react';
import { createContext, use, useState } from 'react';
import { explain } from './api.js';
import { operationName } from './operation.js';
import { words } from './words.js';

// Desk is what the panel shares with the editor: {token, fresh, onFresh, onRefused}.
export const Desk = createContext(null);

// PRICE is the plugin: what the operation in the editor would ask of the systems, before it is run.
export const PRICE = { title: words.price, icon: PriceIcon, content: Price };

function PriceIcon() {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.3" aria-hidden="true">
      <path d="M3 1.7h10v12.6l-2-1.2-1.5 1.2L8 13.1l-1.5 1.2L5 13.1l-2 1.2z" />
      <path d="M5.5 5h5M5.5 7.5h5M5.5 10h3" />
    </svg>
  );
}

// The outcome is one of {} (nothing asked yet), {busy}, {message} and {name, price}.
function Price() {
  const { token, fresh, onFresh, onRefused } = use(Desk);
  const { queryEditor, variableEditor } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  // GraphiQL's own choice, where the document holds several operations.
  const chosen = useGraphiQL((state) => state.operationName);
  const [outcome, setOutcome] = useState({});

  async function ask() {
    const document = queryEditor?.getValue() ?? '';
    const name = operationName({ query: document, operationName: chosen });
    setOutcome({ busy: true });
    const got = await explain(token, { document, variables: variableEditor?.getValue().trim() || null, name });
    if (got.refused) onRefused(got.message);
    setOutcome({ name, ...got });
  }

  return (
    <section className="price" aria-label={words.price}>
      <h2>{words.price}</h2>
      <p>{words.priceHint}</p>
      <button type="button" className="graphiql-button" disabled={outcome.busy} onClick={ask}>
        {words.priceAsk}
      </button>
      <div aria-live="polite">
        {outcome.message && <p className="price-alert">{outcome.message}</p>}
        {outcome.price && <Bill name={outcome.name} price={outcome.price} />}
      </div>
      <label className="price-fresh">
        <input type="checkbox" checked={fresh} onChange={(event) => onFresh(event.target.checked)} />
        <span>{words.fresh}</span>
      </label>
    </section>
  );
}

function Bill({ name, price }) {
  const seconds = (price.estimatedMilliseconds / 1000).toFixed(1);
  return (
    <>
      {name && <h3>{name}</h3>}
      <p className={price.withinLimit ? 'price-total' : 'price-total price-alert'}>
        {words.priceTotal(price.calls, seconds)}
        {!price.withinLimit && <strong> {words.priceOver(price.limit)}</strong>}
      </p>
      {price.problems.map((problem) => (
        <p key={problem} className="price-alert">
          {problem}
        </p>
      ))}
      {price.steps.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{words.system}</th>
              <th>{words.endpoint}</th>
              <th>{words.calls}</th>
            </tr>
          </thead>
          <tbody>
            {price.steps.map((step) => (
              <tr key={`${step.system} ${step.link} ${step.endpoint}`}>
                <td>{where(step)}</td>
                <td>{step.endpoint}</td>
                <td>
                  {step.isEstimate && '~'}
                  {step.calls}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {price.systems.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{words.system}</th>
              <th>{words.hits}</th>
              <th>{words.quota}</th>
            </tr>
          </thead>
          <tbody>
            {price.systems.map((system) => (
              <tr key={`${system.system} ${system.link}`}>
                <td>{where(system)}</td>
                <td>{system.hits}</td>
                <td>{words.quotaLeft(system)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {price.steps.some((step) => step.isEstimate) && <p>{words.estimate}</p>}
    </>
  );
}

// where names a link; the usual one needs no name.
function where({ system, link }) {
  return link === 'default' ? system : `${system} ${link}`;
}
