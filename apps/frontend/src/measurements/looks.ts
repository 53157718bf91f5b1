/** How a curve is told from the others: by colour, symbol and dashes. Colours are variables of plot.css. */

export type Look = {
  readonly colour: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'wye';
  /** As in stroke-dasharray. */
  readonly dashes: string;
};

/** The first is the bank's own. */
const looks = [
  { colour: 'var(--plot-1)', symbol: 'circle', dashes: 'none' },
  { colour: 'var(--plot-2)', symbol: 'square', dashes: '7 3' },
  { colour: 'var(--plot-3)', symbol: 'triangle', dashes: '2 3' },
  { colour: 'var(--plot-4)', symbol: 'diamond', dashes: '9 3 2 3' },
  { colour: 'var(--plot-5)', symbol: 'star', dashes: '4 2' },
  { colour: 'var(--plot-6)', symbol: 'wye', dashes: '12 3' },
] as const satisfies readonly Look[];

export const lookCount = looks.length;

/** The look of that number; after the last it begins again. */
export const lookOf = (look: number): Look => looks[look % looks.length] ?? looks[0];
