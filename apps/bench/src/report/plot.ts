/**
 * Draws curves as SVG: no script, no style sheet, and a white ground of its own, so that it reads the same on a light page and on a dark one.
 * The same curves give the same bytes.
 */
import { linear, logarithmic, type Scale } from './scale.ts';

export type Point = { readonly x: number; readonly y: number; readonly least?: number; readonly most?: number };

export type Curve = { readonly label: string; readonly isOurs: boolean; readonly points: readonly Point[] };

export type Panel = {
  readonly title: string;
  /** With the unit. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly isLogarithmic: boolean;
  readonly curves: readonly Curve[];
};

const paper = { width: 460, height: 300, left: 64, right: 28, top: 30, bottom: 44, perRow: 2 };
const legend = { lineHeight: 18, padding: 14 };
const ink = '#1f2328';
const grid = '#d8dee4';

type Look = { readonly colour: string; readonly width: number; readonly dashes: string };

/** Ours are broad and without gaps, others thin and dashed; the colours keep 4.5:1 on white. */
const ours = ['#0550ae', '#cf222e', '#1b7c83'].map((colour): Look => ({ colour, width: 2.5, dashes: '' }));
const others = ['#116329', '#bc4c00', '#8250df', '#57606a'].map((colour, nth): Look => ({ colour, width: 1.2, dashes: ['7 3', '2 3', '9 3 2 3', '4 2'][nth] ?? '' }));

/** The look of each name, in the order in which the names come. */
const looksOf = (panels: readonly Panel[]): ReadonlyMap<string, Look> => {
  const looks = new Map<string, Look>();
  for (const { label, isOurs } of panels.flatMap(({ curves }) => curves)) {
    if (looks.has(label)) continue;
    const kind = isOurs ? ours : others;
    const look = kind[[...looks.values()].filter(used => kind.includes(used)).length % kind.length];
    if (look) looks.set(label, look);
  }
  return looks;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

type TextOptions = { readonly x: number; readonly y: number; readonly anchor?: 'start' | 'middle' | 'end'; readonly more?: string };

const text = (content: string, { x, y, anchor = 'start', more = '' }: TextOptions): string =>
  `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${more}>${escaped(content)}</text>`;

/** Tenths of a pixel are fine enough. */
const px = (place: number): string => String(Number(place.toFixed(1)));

const stroke = ({ colour, width, dashes }: Look): string => ` stroke="${colour}" stroke-width="${width}"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`;

/** Figures of points that can be drawn: an axis that is logarithmic has no 0. */
const scalesOf = ({ isLogarithmic, curves }: Panel): { readonly x: Scale; readonly y: Scale } => {
  const points = curves.flatMap(curve => curve.points);
  const values = points.flatMap(({ y, least = y, most = y }) => [y, least, most]).filter(value => !isLogarithmic || value > 0);
  const most = Math.max(...values, Number.MIN_VALUE);
  return { x: linear(Math.max(0, ...points.map(({ x }) => x))), y: isLogarithmic ? logarithmic(Math.min(...values, most), most) : linear(most) };
};

const shortNumber = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });

const drawPanel = (panel: Panel, looks: ReadonlyMap<string, Look>, origin: { readonly x: number; readonly y: number }): string => {
  const { x, y } = scalesOf(panel);
  const [left, right] = [origin.x + paper.left, origin.x + paper.width - paper.right];
  const [top, bottom] = [origin.y + paper.top, origin.y + paper.height - paper.bottom];
  const placeX = (value: number): number => left + x.at(value) * (right - left);
  const placeY = (value: number): number => bottom - y.at(value) * (bottom - top);
  const middle = (top + bottom) / 2;
  return [
    text(panel.title, { x: left, y: origin.y + 18, more: ' font-weight="600"' }),
    ...y.ticks.map(tick => `<path d="M${px(left)} ${px(placeY(tick))}H${px(right)}" stroke="${grid}"/>${text(shortNumber(tick), { x: left - 6, y: placeY(tick) + 4, anchor: 'end' })}`),
    ...x.ticks.map(tick => text(shortNumber(tick), { x: placeX(tick), y: bottom + 16, anchor: 'middle' })),
    `<path d="M${px(left)} ${px(bottom)}H${px(right)}" stroke="${ink}"/>`,
    text(panel.xLabel, { x: (left + right) / 2, y: bottom + 34, anchor: 'middle' }),
    text(panel.yLabel, { x: origin.x + 14, y: middle, anchor: 'middle', more: ` transform="rotate(-90 ${px(origin.x + 14)} ${px(middle)})"` }),
    ...panel.curves.flatMap(({ label, isOurs, points }) => {
      const look = looks.get(label);
      const drawn = points.filter(point => !panel.isLogarithmic || point.y > 0);
      if (!look || drawn.length === 0) return [];
      const line = `<path d="M${drawn.map(point => `${px(placeX(point.x))} ${px(placeY(point.y))}`).join('L')}" fill="none"${stroke(look)}/>`;
      const bars = drawn.flatMap(({ x: at, least, most }) =>
        least === undefined || most === undefined || least === most || (panel.isLogarithmic && least <= 0) ? [] : [`M${px(placeX(at))} ${px(placeY(least))}V${px(placeY(most))}`]);
      const dots = isOurs ? drawn.map(point => `<circle cx="${px(placeX(point.x))}" cy="${px(placeY(point.y))}" r="2.5" fill="${look.colour}"/>`) : [];
      return [line, ...(bars.length > 0 ? [`<path d="${bars.join('')}" fill="none" stroke="${look.colour}" stroke-width="1.2"/>`] : []), ...dots];
    }),
  ].join('\n');
};

/**
 * Draws panels beside and below one another, with one legend for all of them.
 *
 * @param title what the whole shows, for those who do not see it
 */
export const drawPlot = (title: string, panels: readonly Panel[]): string => {
  const looks = looksOf(panels);
  const columns = Math.min(panels.length, paper.perRow);
  const legendTop = Math.ceil(panels.length / columns) * paper.height;
  const [width, height] = [columns * paper.width, legendTop + looks.size * legend.lineHeight + legend.padding];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...panels.map((panel, nth) => drawPanel(panel, looks, { x: (nth % columns) * paper.width, y: Math.floor(nth / columns) * paper.height })),
    ...[...looks].flatMap(([label, look], nth) => {
      const y = legendTop + (nth + 0.5) * legend.lineHeight;
      return [`<path d="M${paper.left} ${px(y)}h32"${stroke(look)}/>`, text(label, { x: paper.left + 40, y: y + 4 })];
    }),
    '</svg>',
    '',
  ].join('\n');
};
