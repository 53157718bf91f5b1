/// <reference lib="dom" />
/** What runs inside the page: waits for a click to be answered by a row, and takes the times of both. It can use nothing of this module. */

/** What was seen, in milliseconds since 1970 by the page's clock; undefined for what did not come in time. */
export type Seen = {
  readonly clickedMs: number | undefined;
  readonly shownMs: number | undefined;
  /** The transfer that the row leads to. */
  readonly transferId: string | undefined;
};

export type Wanted = {
  /** What the row that is awaited says. */
  readonly row: readonly string[];
  readonly withinMs: number;
};

/** Begins to watch for a click on a button and then for a new row of the list of transactions. */
export const watch = (button: Element, { row: texts, withinMs }: Wanted): { readonly seen: Promise<Seen> } => {
  const rows = '[data-testid="transaction"]';
  const now = (): number => performance.timeOrigin + performance.now();
  const { promise: seen, resolve } = Promise.withResolvers<Seen>();
  let clickedMs: number | undefined;
  const noteClick = (): void => {
    clickedMs ??= now();
  };
  const end = (shownMs?: number, row?: Element): void => {
    observer.disconnect();
    button.removeEventListener('click', noteClick, true);
    clearTimeout(patience);
    resolve({ clickedMs, shownMs, transferId: row?.querySelector('a[href^="/transfers/"]')?.getAttribute('href')?.slice('/transfers/'.length) });
  };
  const observer = new MutationObserver(changes => {
    const shownMs = now();
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter(node => node instanceof Element);
    // The first row of all comes with the list around it.
    const candidates = added.flatMap(element => (element.matches(rows) ? [element] : [...element.querySelectorAll(rows)]));
    const row = candidates.find(({ textContent }) => texts.every(text => textContent.includes(text)));
    if (row) end(shownMs, row);
  });
  const patience = setTimeout(end, withinMs);
  button.addEventListener('click', noteClick, true);
  observer.observe(document.body, { childList: true, subtree: true });
  return { seen };
};
