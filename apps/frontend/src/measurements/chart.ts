/** What is to be drawn, without how. */
import type { Series, Strip } from './series.ts';

export type Axis = {
  readonly label: string;
  readonly isLogarithmic: boolean;
};

export type CurveChart = {
  readonly kind: 'curves';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
};

export type StripChart = {
  readonly kind: 'strips';
  readonly label: string;
  readonly strips: readonly Strip[];
};

export type Chart = CurveChart | StripChart;

/** From this width on there is room for more. In pixels, as all here. */
export const wide = 600;

/** A letter of a name, on average, and the space after it. */
const letter = 6.9;
const gap = 16;
/** Names may take this much of the width, else they stand above their strips. */
const shareOfNames = 0.4;

const curves = { wide: 380, narrow: 300 };
const strip = { beside: 30, below: 46 };
const axis = 56;

/** The room that names take beside their strips; 0 when they stand above them. */
export const roomForNames = ({ strips }: StripChart, width: number): number => {
  const room = Math.ceil(Math.max(0, ...strips.map(({ label }) => label.length)) * letter) + gap;
  return room <= width * shareOfNames ? room : 0;
};

/** The height a chart takes, which is kept free before it is drawn. */
export const heightOf = (chart: Chart, width: number): number => {
  if (chart.kind === 'curves') return width >= wide ? curves.wide : curves.narrow;
  return axis + chart.strips.length * (roomForNames(chart, width) > 0 ? strip.beside : strip.below);
};

/** Whether there is anything to draw. */
export const isEmpty = (chart: Chart): boolean => (chart.kind === 'curves' ? chart.series : chart.strips).length === 0;
