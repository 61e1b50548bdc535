/* The twelve words, once they are shown: to be copied, or saved as a file that this browser makes. */
const KEPT = 60000;  // some browsers read a file when somebody has said where to put it
const own = document.querySelector('main');

export function offer(words) {
  const offers = own.querySelector('.offers');
  const told = offers.querySelector('[role=status]');
  const tell = name => { told.textContent = document.querySelector(`[data-say="${name}"]`).textContent; };
  offers.hidden = false;
  offers.querySelector('.copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(words);
      tell('copied');
    } catch { tell('not-copied'); }
  });
  offers.querySelector('.save')?.addEventListener('click', () => {
    const text = document.querySelector('[data-say="file"]').textContent.replace('…', words);
    const link = document.createElement('a');
    const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    Object.assign(link, { href, download: 'twelve-words.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(href), KEPT);
    tell('saved');
  });
}

/* Word by word, with numbers; returns the words. */
export function spell(place, words = place.textContent.trim()) {
  place.replaceChildren(...words.split(' ').flatMap(word => {
    const shown = document.createElement('span');
    shown.textContent = word;
    return [shown, ' '];
  }));
  return words;
}

const code = own.querySelector('.code');
if (code?.textContent) offer(spell(code));
