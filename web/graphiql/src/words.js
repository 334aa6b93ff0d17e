// The page's own words. GraphiQL itself speaks English only.

const english = {
  tagline: 'AKASHI, Jobcan, Carely and YESOD as one graph',
  token: 'Token',
  tokenHint: 'Bearer token',
  use: 'Use',
  forget: 'Sign out',
  persona: 'Persona',
  choose: 'Choose…',
  own: 'Own token',
  example: 'Examples',
  openExample: 'Open an example…',
  loading: 'Loading…',
  welcome: 'Who is asking?',
  welcomeDemo: 'This is the demo company. Choose a persona: each sees a different part of it.',
  welcomeToken:
    'Enter your token above. It is sent as “Authorization: Bearer …”, kept only in this browser tab, ' +
    'and forgotten when the tab is closed. Your administrator issues tokens.',
  orToken: 'Or enter a token above.',
  refused: 'The token was not accepted',
  trouble: 'The gateway did not answer as expected',
  unreachable: 'The gateway cannot be reached. Is it running?',
  badToken: 'A token consists of visible ASCII characters without spaces.',
  retry: 'Try again',
  status: (code) => `The gateway answered with HTTP status ${code}.`,
};

const japanese = {
  tagline: 'AKASHI・ジョブカン・Carely・YESOD をひとつのグラフに',
  token: 'トークン',
  tokenHint: 'Bearer トークン',
  use: '適用',
  forget: 'サインアウト',
  persona: '利用者',
  choose: '選択…',
  own: '個別トークン',
  example: 'クエリ例',
  openExample: 'クエリ例を開く…',
  loading: '読み込み中…',
  welcome: 'どなたとして利用しますか',
  welcomeDemo: 'これはデモ企業です。利用者を選んでください。見える範囲が利用者ごとに異なります。',
  welcomeToken:
    '上の欄にトークンを入力してください。「Authorization: Bearer …」として送信され、このタブにだけ保存され、' +
    'タブを閉じると消えます。トークンは管理者が発行します。',
  orToken: 'または、上の欄にトークンを入力してください。',
  refused: 'トークンが受け付けられませんでした',
  trouble: 'ゲートウェイから想定外の応答がありました',
  unreachable: 'ゲートウェイに接続できません。起動しているか確認してください。',
  badToken: 'トークンは空白を含まない ASCII 文字で指定してください。',
  retry: '再試行',
  status: (code) => `ゲートウェイが HTTP ステータス ${code} を返しました。`,
};

export const language = navigator.language?.toLowerCase().startsWith('ja') ? 'ja' : 'en';

export const words = language === 'ja' ? japanese : english;

// pick gives the text of an object such as {name, nameJa} in the reader's language.
export function pick(object, key) {
  return (language === 'ja' && object[`${key}Ja`]) || object[key] || '';
}
