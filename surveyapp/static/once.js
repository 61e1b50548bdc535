/* A form whose reply is a file: a second press would make the browser drop the first reply. */
document.querySelectorAll('form[data-once]').forEach((form) => form.addEventListener('submit', (event) => {
  const button = form.querySelector('button');
  if (button.hasAttribute('aria-disabled')) return event.preventDefault();
  button.setAttribute('aria-disabled', 'true');
  setTimeout(() => button.removeAttribute('aria-disabled'), 20000);
}));
