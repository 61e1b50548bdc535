/* The twelve words, once they are shown: to be copied, or saved as a file that this browser makes. */
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
    URL.revokeObjectURL(href);
    tell('saved');
  });
}

const shown = own.querySelector('.code')?.textContent.trim();
if (shown) offer(shown);
