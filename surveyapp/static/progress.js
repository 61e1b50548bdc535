/* Asks how far the work is, and loads the page anew when it is over. Without this script the page has a link for it. */
const SECONDS = 1000;

async function watch(row) {
  const bar = row.querySelector('progress');
  try {
    const reply = await fetch(row.dataset.progress, { redirect: 'error' });
    if (!reply.ok) return location.reload();
    const { done, total, working } = await reply.json();
    if (!working) return location.reload();
    bar.max = total || 1;
    bar.value = done;
  } catch {
    /* no connection just now */
  }
  setTimeout(watch, SECONDS, row);
}

document.querySelectorAll('[data-progress]').forEach(watch);
