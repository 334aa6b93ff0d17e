import { pick, words } from './words.js';

// Welcome is what there is to see without a working token: what to do, in words.
export function Welcome({ access, personas, onToken }) {
  if (access.kind === 'checking') return <p className="loading">{words.loading}</p>;
  const demo = personas.length > 0;
  return (
    <section className="welcome" aria-labelledby="welcome">
      {access.kind === 'refused' && <Notice title={words.refused} message={access.message} />}
      {access.kind === 'trouble' && <Notice title={words.trouble} message={access.message} />}
      {access.kind === 'trouble' && (
        <button type="button" className="primary" onClick={() => window.location.reload()}>
          {words.retry}
        </button>
      )}
      <h2 id="welcome">{words.welcome}</h2>
      <p>{demo ? words.welcomeDemo : words.welcomeToken}</p>
      {demo && (
        <ul className="personas">
          {personas.map((persona) => (
            <li key={persona.name}>
              <button type="button" onClick={() => onToken(persona.token)}>
                <strong>{pick(persona, 'name')}</strong>
                <span>{pick(persona, 'description')}</span>
                <code>{persona.token}</code>
              </button>
            </li>
          ))}
        </ul>
      )}
      {demo && <p className="aside">{words.orToken}</p>}
      <pre className="aside">{`curl ${new URL('graphql', document.baseURI).href} \\
  -H 'Authorization: Bearer ${demo ? personas[0].token : '…'}' \\
  -H 'Content-Type: application/json' \\
  -d '{"query":"{ viewer { name } }"}'`}</pre>
    </section>
  );
}

function Notice({ title, message }) {
  return (
    <div className="notice" role="alert">
      <strong>{title}</strong>
      <span>{message}</span>
    </div>
  );
}
