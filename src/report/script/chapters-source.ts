/** Chapters in the browser: all open at once, open by a link to them, and open on paper. */
export const CHAPTERS_SOURCE = String.raw`
const folds = all(document, '.chapter > details');
const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target === null ? null : target.closest('details');
  if (fold !== null) fold.open = true;
};
addEventListener('hashchange', openTarget);
if (location.hash !== '') openTarget();
for (const link of all(document, 'nav a[href^="#"]')) link.addEventListener('click', () => setTimeout(openTarget));
const bar = document.querySelector('.bar');
if (bar !== null && folds.length > 0) {
  const tools = document.createElement('span');
  tools.className = 'tools';
  const button = (words, act) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = words;
    made.addEventListener('click', () => act(made));
    tools.append(made);
  };
  button('open all', (made) => {
    const isOpen = made.textContent === 'open all';
    for (const fold of folds) fold.open = isOpen;
    made.textContent = isOpen ? 'close all' : 'open all';
  });
  button('print', () => print());
  bar.append(tools);
}
let opened = [];
addEventListener('beforeprint', () => {
  opened = folds.filter((fold) => !fold.open);
  for (const fold of opened) fold.open = true;
});
addEventListener('afterprint', () => {
  for (const fold of opened) fold.open = false;
});
`;
