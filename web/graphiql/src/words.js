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
  price: 'Price',
  priceHint: 'What the operation in the editor would ask of the systems now. Nobody is asked to find out.',
  priceAsk: 'Explain',
  priceTotal: (calls, seconds) => `${calls} ${calls === 1 ? 'call' : 'calls'}, about ${seconds} s`,
  priceOver: (limit) => `More than the limit of ${limit}: it would be refused.`,
  system: 'System',
  endpoint: 'Endpoint',
  calls: 'Calls',
  hits: 'Known already',
  quota: 'Calls left',
  quotaLeft: ({ quotaPerSecond: rate, callsLeftNow: now, callsLeftNextMinute: minute, waiting }) =>
    [
      now !== null && `${now} left now`,
      minute !== null && `${minute} in the next minute`,
      rate && `${rate}/s`,
      waiting > 0 && `${waiting} waiting`,
    ]
      .filter(Boolean)
      .join(', '),
  estimate: '~ is an estimate: the system answers in pages that were not read yet.',
  fresh: 'Tell with each answer what it took from the systems and how old it is (extensions.hitotsu)',
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
  price: '見積もり',
  priceHint: 'エディターの操作を今実行した場合に、各システムを何回呼び出すかを示します。見積もりではどこも呼び出しません。',
  priceAsk: '見積もる',
  priceTotal: (calls, seconds) => `${calls} 回の呼び出し、約 ${seconds} 秒`,
  priceOver: (limit) => `上限の ${limit} 回を超えるため、実行は拒否されます。`,
  system: 'システム',
  endpoint: 'エンドポイント',
  calls: '呼び出し',
  hits: '取得済み',
  quota: '残りの呼び出し',
  quotaLeft: ({ quotaPerSecond: rate, callsLeftNow: now, callsLeftNextMinute: minute, waiting }) =>
    [
      now !== null && `現在 ${now} 回`,
      minute !== null && `次の 1 分間に ${minute} 回`,
      rate && `毎秒 ${rate} 回`,
      waiting > 0 && `待ち ${waiting}`,
    ]
      .filter(Boolean)
      .join('、'),
  estimate: '~ は概算です。まだ読んだことのないページの数は分かりません。',
  fresh: '回答ごとに、どのシステムから得たか、どれだけ古いかを示す (extensions.hitotsu)',
};

export const language = navigator.language?.toLowerCase().startsWith('ja') ? 'ja' : 'en';

export const words = language === 'ja' ? japanese : english;

// pick gives the text of an object such as {name, nameJa} in the reader's language.
export function pick(object, key) {
  return (language === 'ja' && object[`${key}Ja`]) || object[key] || '';
}
