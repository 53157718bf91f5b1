/* global document, localStorage, matchMedia */
// Sets the colour theme before the first paint; a file of its own because the content security policy allows no inline script.
(() => {
  const chosen = localStorage.getItem('open-bank-theme');
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.add(dark ? 'dark' : 'light');
})();
