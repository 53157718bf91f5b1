/// <reference lib="dom" />
/** What runs inside the page: makes a click ready, waits for the row that answers it, and takes the times of both. It can use nothing of this module. */

export type Wanted = {
  readonly button: HTMLElement | SVGElement;
  /** What is to be typed before the click. */
  readonly fields: readonly { readonly input: HTMLElement | SVGElement; readonly text: string }[];
  /** What the row that is awaited says. */
  readonly row: readonly string[];
  /** From now. */
  readonly withinMs: number;
};

/** What was seen, in milliseconds since 1970 by the page's clock; undefined for what did not come in time. */
export type Seen = {
  readonly clickedMs: number | undefined;
  readonly shownMs: number | undefined;
  /** The transfer that the row leads to. */
  readonly transferId: string | undefined;
};

export type Watch = {
  /** Where to click, in pixels; undefined when the page did not take a click in time. */
  readonly place: { readonly x: number; readonly y: number } | undefined;
  readonly seen: Promise<Seen>;
};

/** Waits until the page takes the click, types, and begins to watch for the click and then for a new row of the list of transactions. */
export const watch = async ({ button, fields, row: texts, withinMs }: Wanted): Promise<Watch> => {
  const rows = '[data-testid="transaction"]';
  const now = (): number => performance.timeOrigin + performance.now();
  const patience = AbortSignal.timeout(withinMs);

  /** Busy as long as the bank has not answered the click before of its kind. */
  const untilFree = (): Promise<void> => new Promise(resolve => {
    const isFree = (): boolean => button.ariaDisabled !== 'true';
    const observer = new MutationObserver(() => {
      if (isFree()) end();
    });
    const end = (): void => {
      observer.disconnect();
      // The page clears its form in the same breath: what is typed before that would be lost.
      setTimeout(resolve);
    };
    observer.observe(button, { attributes: true });
    patience.addEventListener('abort', end);
    if (isFree()) end();
  });

  const untilShown = (): Promise<Seen> => new Promise(resolve => {
    let clickedMs: number | undefined;
    button.addEventListener('click', () => (clickedMs = now()), { capture: true, once: true, signal: patience });
    const end = (shownMs?: number, row?: Element): void => {
      observer.disconnect();
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
    observer.observe(document.body, { childList: true, subtree: true });
    patience.addEventListener('abort', () => end());
  });

  await untilFree();
  if (patience.aborted) return { place: undefined, seen: Promise.resolve({ clickedMs: undefined, shownMs: undefined, transferId: undefined }) };
  for (const { input, text } of fields) {
    if (input instanceof HTMLInputElement) input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
  button.scrollIntoView({ block: 'nearest' });
  const { left, top, width, height } = button.getBoundingClientRect();
  return { place: { x: left + width / 2, y: top + height / 2 }, seen: untilShown() };
};
