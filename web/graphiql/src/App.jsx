import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { enter, fetchConfig } from './api.js';
import { Header } from './Header.jsx';
import { cleanToken, isToken, loadToken, saveToken } from './session.js';
import { Welcome } from './Welcome.jsx';
import { words } from './words.js';

// The editor is most of the page's weight, and useless without a token.
const Workbench = lazy(() => import('./Workbench.jsx'));

// App knows who is asking. Access is one of: 'none', 'checking', 'refused', 'trouble', 'open' (see api.js).
export function App() {
  const [config, setConfig] = useState(null);
  const [token, setToken] = useState(loadToken);
  const [attempt, setAttempt] = useState(0);
  const [access, setAccess] = useState({ kind: token ? 'checking' : 'none' });
  const [wanted, setWanted] = useState(null);

  useEffect(() => {
    fetchConfig().then(setConfig);
  }, []);

  useEffect(() => {
    if (!token) {
      setAccess({ kind: 'none' });
      return undefined;
    }
    let current = true;
    setAccess({ kind: 'checking' });
    enter(token).then((outcome) => {
      if (current) setAccess(outcome);
    });
    return () => {
      current = false;
    };
  }, [token, attempt]);

  const changeToken = useCallback((text) => {
    const cleaned = cleanToken(text);
    if (cleaned && !isToken(cleaned)) {
      setToken('');
      saveToken('');
      setAccess({ kind: 'refused', message: words.badToken });
      return;
    }
    setToken(cleaned);
    saveToken(cleaned);
    setAttempt((n) => n + 1);
  }, []);

  const refuse = useCallback((message) => setAccess({ kind: 'refused', message }), []);

  if (!config) return <p className="loading">{words.loading}</p>;
  return (
    <>
      <Header
        config={config}
        token={token}
        open={access.kind === 'open'}
        onToken={changeToken}
        onExample={(example) => setWanted({ example })}
      />
      <main>
        {access.kind === 'open' ? (
          <Suspense fallback={<p className="loading">{words.loading}</p>}>
            {/* A new key for a new token: what the last persona saw leaves the screen with them. */}
            <Workbench
              key={token}
              token={token}
              introspection={access.introspection}
              examples={config.examples}
              wanted={wanted}
              onRefused={refuse}
            />
          </Suspense>
        ) : (
          <Welcome access={access} personas={config.personas} onToken={changeToken} />
        )}
      </main>
    </>
  );
}
