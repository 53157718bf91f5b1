/** Going through a page by Tab, as somebody does who has no mouse. */
import type { Page } from 'playwright-core';

/** More stops than any page has. */
const mostStops = 400;

/** What Tab should stop at; of radio buttons with one name it stops at one only, and of a list's rows where it has a focus of its own. */
const interactive = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"], [contenteditable=true]';

/** What a walk came upon, as the page's own text. */
export type Walk = {
  /** Can be used, and Tab does not stop there. */
  readonly unreached: readonly string[];
  /** Tab stops there, and nothing shows it. */
  readonly unseen: readonly string[];
}

/** The name that the browser gives what has the focus, as a screen reader says it; empty when nothing has. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return '';
    const label = 'labels' in element && element.labels instanceof NodeList ? element.labels[0]?.textContent : undefined;
    return (element.getAttribute('aria-label') ?? label ?? element.textContent).trim().replace(/\s+/g, ' ');
  });

/** Presses Tab until something of this name has the focus. @throws Error when Tab never gets there */
export const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let stop = 0; stop < mostStops; stop += 1) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never stops at ${name}`);
};

/** Marks what Tab should reach. What cannot be seen or used is left out. */
const mark = (page: Page): Promise<void> =>
  page.evaluate(selector => {
    const radios = new Set<string>();
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (element.matches(':disabled, [tabindex="-1"], [inert] *') || !element.checkVisibility({ visibilityProperty: true })) continue;
      const isRadio = element instanceof HTMLInputElement && element.type === 'radio';
      if (isRadio && radios.has(element.name)) continue;
      if (isRadio) radios.add(element.name);
      element.dataset['walk'] = 'expected';
    }
  }, interactive);

/** How what has the focus looks, marked as reached; undefined when that is nothing of the page, or was reached before. */
const step = (page: Page): Promise<{ readonly name: string; readonly isSeen: boolean } | undefined> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body || element.dataset['walk'] === 'reached') return undefined;
    const looks = (): string => {
      const around = [element, element.parentElement].flatMap(part => part ?? []);
      return around.map(part => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(part);
        return [outlineStyle === 'none' ? '' : outlineWidth + outlineColor, boxShadow, borderColor].join(' ');
      }).join(' | ');
    };
    const { left, top, width, height } = element.getBoundingClientRect();
    const isInView = width > 0 && height > 0 && left < innerWidth && top < innerHeight && left + width > 0 && top + height > 0;
    const radio = element instanceof HTMLInputElement && element.type === 'radio' ? `input[type=radio][name="${element.name}"]` : undefined;
    const reached = radio === undefined ? [element] : [...document.querySelectorAll<HTMLElement>(radio)];
    for (const one of reached) one.dataset['walk'] = 'reached';
    const withFocus = looks();
    element.blur();
    const withoutFocus = looks();
    element.focus({ preventScroll: true });
    return { name: element.outerHTML.slice(0, 160), isSeen: isInView && withFocus !== withoutFocus };
  });

/** Goes through a page by Tab from its beginning until it comes round. */
export const walk = async (page: Page): Promise<Walk> => {
  await page.evaluate(() => {
    // Without it, what changes while the focus moves is seen halfway.
    for (const animation of document.getAnimations()) animation.cancel();
  });
  await mark(page);
  const unseen: string[] = [];
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab');
    const reached = await step(page);
    if (reached === undefined) break;
    if (!reached.isSeen) unseen.push(reached.name);
  }
  const unreached = await page.locator('[data-walk="expected"]').evaluateAll(elements => elements.map(({ outerHTML }) => outerHTML.slice(0, 160)));
  return { unreached, unseen };
};
