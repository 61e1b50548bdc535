'use strict';
/* A scanned slip brings its code behind the "#", which is never sent to a server: put it into the
   field, and take it out of the address bar and the history. Without this script it is typed. */
function take() {
  const field = document.getElementById('slip');
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[0-9A-Za-z-]{12,20}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, '', location.pathname + location.search);
}
take();
addEventListener('hashchange', take);  // scanned into a page that is open already
