// The token lives in sessionStorage: it ends with the tab, and no other tab or address ever sees it.

const KEY = 'hitotsu.token';

export function loadToken() {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return ''; // storage is blocked: the token is then kept in memory only
  }
}

export function saveToken(token) {
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // as above
  }
}

// cleanToken takes what people paste: spaces around it, or the whole header value.
export function cleanToken(text) {
  return text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
}

// isToken says whether the text can be a header value at all; fetch would throw on others.
export function isToken(text) {
  return /^[\x21-\x7e]+$/.test(text);
}
