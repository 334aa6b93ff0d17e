import { useEffect, useState } from 'react';
import { pick, words } from './words.js';

export function Header({ config, token, open, onToken, onExample }) {
  return (
    <header className="bar">
      <div className="brand">
        <img src="./favicon.svg" alt="" width="26" height="26" />
        <h1>Hitotsu</h1>
        <span className="tagline">{words.tagline}</span>
      </div>
      <div className="controls">
        {open && config.examples.length > 0 && <Examples examples={config.examples} onExample={onExample} />}
        {config.personas.length > 0 && <Personas personas={config.personas} token={token} onToken={onToken} />}
        <Token token={token} onToken={onToken} />
      </div>
    </header>
  );
}

function Examples({ examples, onExample }) {
  return (
    <label className="control">
      <span>{words.example}</span>
      {/* Always back on its first line, so that the same example can be opened again. */}
      <select id="example" value="" onChange={(event) => onExample(examples[Number(event.target.value)])}>
        <option value="" disabled>
          {words.openExample}
        </option>
        {examples.map((example, index) => (
          <option key={example.name} value={index}>
            {pick(example, 'name')}
          </option>
        ))}
      </select>
    </label>
  );
}

function Personas({ personas, token, onToken }) {
  const chosen = personas.find((persona) => persona.token === token);
  const value = chosen?.name ?? (token ? '?' : '');
  return (
    <label className="control">
      <span>{words.persona}</span>
      <select
        id="persona"
        value={value}
        title={chosen && pick(chosen, 'description')}
        onChange={(event) => onToken(personas.find((persona) => persona.name === event.target.value).token)}
      >
        <option value="" disabled>
          {words.choose}
        </option>
        {value === '?' && (
          <option value="?" disabled>
            {words.own}
          </option>
        )}
        {personas.map((persona) => (
          <option key={persona.name} value={persona.name}>
            {pick(persona, 'name')}
          </option>
        ))}
      </select>
    </label>
  );
}

function Token({ token, onToken }) {
  const [text, setText] = useState(token);
  useEffect(() => setText(token), [token]);
  const changed = text !== token;
  return (
    <form
      className="control"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(changed ? text : '');
      }}
    >
      <label htmlFor="token">{words.token}</label>
      <input
        id="token"
        type="password"
        autoComplete="off"
        spellCheck="false"
        placeholder={words.tokenHint}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" disabled={!changed && !token}>
        {changed || !token ? words.use : words.forget}
      </button>
    </form>
  );
}
