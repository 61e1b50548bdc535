/* Hints: what might give somebody away, or was not meant. No request tells who is shown one. Any language is tried. */
const { raw } = String;
// Safari before 16.4 has no look-behind
const pattern = (...all) => { try { return new RegExp(...all); } catch { return /(?!)/g; } };
const words = source => pattern(`(?<![\\p{L}\\d])(?:${source})(?![\\p{L}\\d])`, 'iu');

const MONTH = '(?:january|february|march|april|may|june|july|august|september|october|november|december'
  + '|januar|februar|märz|mai|juni|juli|oktober|dezember'
  + '|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre'
  + '|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)';
const CONTACT = pattern(raw`[^\s@<(]+@[^\s@]+\.\p{L}{2,}|(?<![\d.-])(?:(?:\+|00?)[1-9](?:[\s()/.-]*\d){5,}|\d{3}[ .-]\d{3}[ .-]\d{3,4}(?!\d))`, 'u');
const WHEN = words([
  '\\d{4}-\\d{2}-\\d{2}', '\\d{1,2}[./-]\\d{1,2}[./-](?:\\d{4}|\\d{2})', '\\d{1,2}\\.\\s?\\d{1,2}\\.(?!\\d)',
  `\\d{1,2}(?:st|nd|rd|th|er|\\.)?(?: (?:of|de))? ${MONTH}`, `${MONTH}(?: the| de| del)? \\d{1,4}(?:st|nd|rd|th)?`,
  `(?:in|last|since|until|im|seit|letzten|en|depuis|desde) ${MONTH}`,
  '\\d{1,2}:\\d{2}', "\\d{1,2} ?(?:[ap]m|[ap]\\.m\\.|uhr|o['’]clock)", '\\d{1,2} ?h ?\\d{2}', 'à \\d{1,2} ?h(?:eures)?', 'a las \\d{1,2}',
].join('|'));
const ONLY = words([
  "(?:i am|i['’]m|i was|as|being|we are|we['’]re) the only", 'no(?:body| one) else (?:in|on) (?:my|our|the|this)', '(?:except|apart from) me',
  '(?:bin|war)(?: ich)?(?: \\p{L}+)? (?:der|die|das) einzig\\p{L}+', 'als (?:der |die |das )?einzig\\p{L}+', 'niemand (?:sonst|anderes|außer mir)', '(?:alle )?außer mir',
  "(?:je suis|j['’]étais|c['’]est moi|étant|comme|en tant que) (?:le |la )?seule?", "personne d['’]autre", '(?:à part|sauf) moi',
  '(?:soy|era|siendo|como)(?: yo)? (?:el |la )?únic[oa]', 'nadie más', '(?:aparte de mí|excepto yo|menos yo)',
].join('|'));

const TITLED = pattern(raw`(?<!\p{L})(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|M|Mme|Mlle|Monsieur|Madame|Sr|Sra|Señora?|Don|Doña)\.? \p{Lu}[\p{L}’'-]+`, 'u');
const CAPITAL = '\\p{Lu}\\p{Ll}+(?:[-’\']\\p{Lu}?\\p{Ll}+)?';
// Not at a sentence's beginning nor behind a capital.
const named = more => pattern(`(?<=[\\p{Ll}\\d,;)] )${CAPITAL}(?: ${CAPITAL})${more}`, 'gu');
const NAMED = named('*'), NAMED_IN_GERMAN = named('+');  // there every noun has one
const GERMAN = words('und|nicht|ist|ich|wir|wird|mich|mir|sich|auch|aber|wenn|dass|mehr|bitte|kein\\p{L}*|mein\\p{L}*');
const NO_NAME = words(`${MONTH}|sept|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?`
  + '|english|german|french|spanish|excel|word|outlook|teams|slack|zoom|jira|powerpoint|google|microsoft|christmas|easter|europe|internet'
  + "|i|i['’](?:m|d|ll|ve)|anfang|mitte|ende|sie|ihnen|ihr\\p{L}*|feedback|team|ok");

function name(text, language) {
  const titled = text.match(TITLED);
  if (titled) return titled[0];
  const german = language.startsWith('de') || GERMAN.test(text);
  const found = Array.from(text.matchAll(german ? NAMED_IN_GERMAN : NAMED), match => match[0]);
  return found.find(one => !(german ? NO_NAME.test(one) : one.split(' ').every(word => NO_NAME.test(word))));
}

/* What in a comment may lead to a person: kind -> the place. */
export function inComment(text, language) {
  const found = {
    contact: text.replace(WHEN, '').match(CONTACT)?.[0], when: text.match(WHEN)?.[0], only: text.match(ONLY)?.[0], name: name(text, language),
  };
  return Object.fromEntries(Object.entries(found).filter(([, place]) => place));
}

/* Some questions ask for the opposite of others. What is right, or was agreed, does not count. */
export function sameEverywhere(choices) {
  const scales = Object.entries(choices).filter(([question]) => /^[STPEA]\d/.test(question)).map(([, choice]) => choice);
  return scales.length > 1 && /^\d$/.test(scales[0]) && new Set(scales).size === 1;
}

/* Field -> what to say of it. */
function found(form, say) {
  const of = {}, radios = [...form.querySelectorAll('[type=radio]:checked')];
  if (sameEverywhere(Object.fromEntries(radios.map(radio => [radio.name, radio.value])))) of[radios[0].id] = [say('hint-same')];
  for (const field of form.querySelectorAll('textarea')) {
    const kinds = Object.entries(inComment(field.value, document.documentElement.lang));
    if (kinds.length) of[field.id] = kinds.map(([kind, place]) => say(`hint-${kind}`).replace('…', place));
  }
  return Object.entries(of);
}

/* To a field, named by its question. */
export function linkTo(field) {
  const link = document.createElement('a'), card = field.closest('.card');
  Object.assign(link, { href: `#${field.id}`, textContent: card.querySelector('legend, label').textContent });
  link.addEventListener('click', event => {
    event.preventDefault();
    card.scrollIntoView();
    field.focus({ preventScroll: true });
  });
  return link;
}

function show(form, say) {
  const place = document.getElementById('hints');
  const list = document.createElement('ul'), lead = document.createElement('p');
  for (const [id, sentences] of found(form, say)) {
    const entry = list.appendChild(document.createElement('li'));
    entry.append(linkTo(document.getElementById(id)), ` ${sentences.join(' ')}`);
  }
  lead.textContent = say('hints');
  if (list.textContent !== (place.querySelector('ul')?.textContent ?? '')) place.replaceChildren(...list.children.length ? [lead, list] : []);
  return list.children.length > 0;
}

const looked = new WeakSet();

/* Whether there is something to look at, which is asked once. */
export function hinted(form, say) {
  if (looked.has(form) || !show(form, say)) return false;
  looked.add(form);
  form.addEventListener('input', () => show(form, say));
  document.getElementById('hints').scrollIntoView({ block: 'nearest' });
  return true;
}
