/* Sending the answers of answer.js: key, ticket, ballot (RFC 9474; the arithmetic is in ticket.js). Loaded when
   somebody presses "Send", and not before. `page` is what answer.js does for it. */
const here = `/answer/${location.pathname.split('/').pop()}`;
const PATIENCE = 30000, WORDS = 2048, CONFLICT = 409, GONE = 410;

const passing = why => Object.assign(new Error(why), { passing: why });
const refusal = (status, errors) => Object.assign(new Error('refused'), { status, errors });

/* Half a reply is none, and neither is the sign-in page of somebody's network. */
async function fetched(address, read, options = {}) {
  try {
    const reply = await fetch(address, {
      credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(PATIENCE), ...options,
    });
    const known = reply.ok || reply.headers.get('Content-Type')?.startsWith('application/json');
    return [reply.status, known ? await read(reply) : {}];
  } catch { throw passing('offline'); }
}

async function ask(path, options) {
  const [status, said] = await fetched(here + path, reply => reply.json(), { cache: 'no-store', ...options });
  if (status >= 500) throw passing('busy');
  if (status >= 400) throw refusal(status, said.errors ?? {});
  return said;
}

async function wordList() {
  const [, text] = await fetched(new URL('words.txt', import.meta.url), reply => reply.text());
  const list = String(text).trim().split('\n');
  if (list.length !== WORDS) throw passing('busy');
  return list;
}

/* One attempt for each invitation: the same code and the same blinded paper until it is acknowledged, so that
   a lost reply, a second window or a closed one costs no vote. */
const readAttempt = async ({ invited: { key, name }, unseal }) =>
  await unseal(key, localStorage.getItem(`attempt ${name}`)) ?? {};
const keepAttempt = async ({ invited: { key, name }, seal }, attempt) =>
  localStorage.setItem(`attempt ${name}`, await seal(key, attempt));

async function stamped(page, t) {
  const { token, fingerprint } = page.invited;
  const key = await ask('/key');
  const [n, e] = [t.fromBase64url(key.n), t.fromBase64url(key.e)];
  if (await t.fingerprint(n, e) !== fingerprint) throw refusal(0, { key: page.say('wrong-key') });
  const attempt = await readAttempt(page);
  if (!attempt.blinded) {
    const code = t.newCode();
    const message = await t.ballotMessage(code);
    const { blinded, inverse } = await t.blind(n, e, message);
    for (const [name, bytes] of Object.entries({ code, message, blinded, inverse })) attempt[name] = t.toBase64url(bytes);
    await keepAttempt(page, attempt);
  }
  if (!attempt.signature) {
    const reply = await ask('/ticket', {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, blinded: attempt.blinded }),
    });
    const [message, signed, inverse] = [attempt.message, reply.signature, attempt.inverse].map(t.fromBase64url);
    try {
      attempt.signature = t.toBase64url(await t.finalize(n, e, message, signed, inverse));
    } catch { throw refusal(0, { signature: page.say('wrong-stamp') }); }
    await keepAttempt(page, attempt);
  }
  return attempt;
}

async function cast(form, attempt) {
  const send = credential => ask('/ballot', {
    method: 'POST', body: new URLSearchParams([...new FormData(form), ...Object.entries(credential)]),
  });
  try {
    await send({ message: attempt.message, signature: attempt.signature });
  } catch (error) {
    // The ballot came through before, its reply did not, and then an answer was changed.
    if (error.status !== CONFLICT) throw error;
    await send({ change_code: attempt.code });
  }
}

function thank(page) {
  document.querySelector('h1').textContent = page.say('thanks');  // the title would stay in the browser's history
  const thanks = document.getElementById('thanks');
  page.form.remove();
  thanks.hidden = false;
  thanks.focus();
  scrollTo(0, 0);
  addEventListener('pagehide', () => { thanks.remove(); page.stop(page.say('no-link'), 'slip'); });  // for "back"
}

async function refused(page, { status, errors }) {
  const { token, key, round, signature, ...fields } = errors;
  page.tell('');
  if (token || status === GONE) await page.forget();  // another window has the ballot paper, or it is too late
  if (token ?? key ?? round) page.stop(token ?? key ?? round, status === CONFLICT ? 'change' : '');
  else if (signature) document.getElementById('status').textContent = signature;
  else if (Object.keys(fields).length) page.showProblems(fields);
  else page.tell('server');
}

/* One window at a time: two that send at once must not blind two papers. */
export const send = page => navigator.locks.request(`attempt ${page.invited.name}`, async () => {
  try {
    const t = await page.load('ticket.js');
    const { offer, spell } = await page.load('words.js');
    const list = await page.persist(wordList);
    const attempt = await page.persist(() => stamped(page, t));
    await page.persist(() => cast(page.form, attempt));
    const words = await t.toWords(t.fromBase64url(attempt.code), list);
    await page.forget();
    offer(spell(document.getElementById('words'), words));
    thank(page);
  } catch (error) {
    if (!error.errors) throw error;
    await refused(page, error);
  }
});
