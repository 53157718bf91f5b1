/** Draws charts as SVG with Observable Plot. Loaded when the first plot is to be drawn. */
import * as Plot from '@observablehq/plot';
import { heightOf, roomForNames, wide, type Axis, type Chart, type CurveChart, type StripChart } from './chart.ts';
import { lookOf } from './looks.ts';
import { drawable, withSpread, type Point, type Series } from './series.ts';
import { median } from './spread.ts';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });
const figure = (value: number): string => number.format(value);

/** Enough to follow a curve by its symbol. */
const symbolsPerCurve = 10;

const scale = ({ label, isLogarithmic }: Axis): Plot.ScaleOptions => ({ label, ...(isLogarithmic ? { type: 'log' } : { zero: true }) });

/** On a logarithmic axis only 1, 2 and 5 of each power of ten have room for their figure. */
const tickFormat = ({ isLogarithmic }: Axis) => (value: number): string => {
  const leading = Number(value.toExponential(0)[0]);
  return !isLogarithmic || [1, 2, 5].includes(leading) ? figure(value) : '';
};

const curveMarks = ({ look, points }: Series, isLogarithmic: boolean): Plot.Markish[] => {
  const { colour, symbol, dashes } = lookOf(look);
  const drawn = drawable(points, isLogarithmic);
  const every = Math.ceil(drawn.length / symbolsPerCurve);
  const marked = drawn.filter((_point, index) => index % every === 0 || index === drawn.length - 1);
  const at = { x: 'x', y: 'value' } as const;
  return [
    Plot.ruleX(withSpread(drawn), { x: 'x', y1: 'least', y2: 'most', stroke: colour, strokeWidth: 1.5 }),
    Plot.line(drawn, { ...at, stroke: colour, strokeWidth: look === 0 ? 3 : 2, strokeDasharray: dashes }),
    Plot.dot(marked, { ...at, symbol, fill: colour, r: 4.5, stroke: 'var(--ui-bg)', strokeWidth: 1 }),
  ];
};

/** What stands beside the mouse: the point that is nearest, over all curves. */
const nearest = ({ x, y, series }: CurveChart): Plot.Markish => {
  const points = series.flatMap(({ label, points: own }) => drawable(own, y.isLogarithmic).map(point => ({ ...point, label })));
  return Plot.tip(points, Plot.pointer({
    x: 'x',
    y: 'value',
    maxRadius: 30,
    lineHeight: 1.4,
    title: ({ label, x: at, value, least, most }: Point & { readonly label: string }) => {
      const spread = least < most ? `, runs ${figure(least)} to ${figure(most)}` : '';
      return `${label}\n${x.label}: ${figure(at)}\n${y.label}: ${figure(value)}${spread}`;
    },
  }));
};

const curves = (chart: CurveChart, width: number): Plot.PlotOptions => {
  const { x, y, series } = chart;
  return {
    marginLeft: 52,
    marginRight: 12,
    marginTop: 28,
    marginBottom: 42,
    x: scale(x),
    y: scale(y),
    marks: [
      Plot.gridY({ ticks: 6 }),
      Plot.axisX({ tickSize: 4, ticks: width >= wide ? 10 : 5, tickFormat: tickFormat(x) }),
      Plot.axisY({ tickSize: 0, ticks: 6, tickFormat: tickFormat(y) }),
      ...series.flatMap(one => curveMarks(one, y.isLogarithmic)),
      nearest(chart),
    ],
  };
};

const strips = (chart: StripChart, width: number): Plot.PlotOptions => {
  const { label, strips: all } = chart;
  const room = roomForNames(chart, width);
  const isBeside = room > 0;
  const ticks = width >= wide ? 8 : 4;
  const order = all.map((_strip, index) => index);
  const marks = all.flatMap(({ look, values }, y) => {
    const { colour, symbol } = lookOf(look);
    const inset = isBeside ? 0 : 8;
    return [
      Plot.ruleY([y], { y, x1: Math.min(...values), x2: Math.max(...values), stroke: colour, strokeWidth: 2, dy: inset }),
      Plot.dot(values, { x: (value: number) => value, y, symbol, fill: colour, fillOpacity: 0.55, r: 4, dy: inset }),
      Plot.tickX([median(values)], { x: (value: number) => value, y, stroke: colour, strokeWidth: 4, insetTop: isBeside ? 4 : 22, insetBottom: isBeside ? 4 : 2 }),
    ];
  });
  const nameOf = (index: number): string => all[index]?.label ?? '';
  const name = isBeside
    ? Plot.axisY({ tickFormat: nameOf, tickSize: 0, label: null, fontSize: 13 })
    : Plot.text(order, { y: (index: number) => index, text: nameOf, frameAnchor: 'left', textAnchor: 'start', dy: -11, fontSize: 13 });
  return {
    marginLeft: isBeside ? room : 12,
    marginRight: 20,
    marginTop: 8,
    marginBottom: 42,
    x: { label, zero: true },
    y: { type: 'band', domain: order, axis: null, padding: 0.1 },
    marks: [Plot.gridX({ ticks }), Plot.axisX({ tickSize: 4, ticks, tickFormat: figure }), name, ...marks],
  };
};

/**
 * Draws a chart.
 *
 * @param options.width in pixels
 * @param options.summary what it shows, in words
 * @returns a picture that is not in the page yet
 */
export const draw = (chart: Chart, { width, summary }: { readonly width: number; readonly summary: string }): Element => {
  const drawn = Plot.plot({
    ...(chart.kind === 'curves' ? curves(chart, width) : strips(chart, width)),
    width,
    height: heightOf(chart, width),
    className: 'plot',
  });
  // Its rules stand in plot.css: the content security policy allows none within the page.
  for (const style of drawn.querySelectorAll('style')) style.remove();
  // The picture is one for a screen reader: parts of it have no names of their own.
  for (const part of drawn.querySelectorAll('[aria-label]')) {
    part.setAttribute('data-mark', part.getAttribute('aria-label') ?? '');
    part.removeAttribute('aria-label');
    part.removeAttribute('aria-description');
  }
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', summary);
  return drawn;
};
