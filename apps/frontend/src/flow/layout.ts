/** Where the stations of the picture stand. One unit is one CSS pixel, so that text keeps its size however wide the picture is. */
import type { Station } from './journeys.ts';

export type Orientation = 'across' | 'down';

/** A station: its middle and its size. */
export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = Pick<Box, 'x' | 'y'>;

export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly boxes: Readonly<Record<Station, Box>>;
}

/** The edges of the picture, in the order of travel. */
export const edges = [
  ['client', 'command'],
  ['command', 'handler'],
  ['handler', 'feedback'],
  ['handler', 'balance'],
  ['feedback', 'watching'],
  ['balance', 'watching'],
] as const satisfies readonly (readonly [Station, Station])[];

/** Kept free on the page before the picture is there: the classes of FlowPicture.vue and FlowSection.vue are to say the same. */
export const heights = { across: 296, down: 560 } as const satisfies Record<Orientation, number>;

/** People stand in circles of this size. */
const circle = { width: 56, height: 56 };
const boxHeight = 100;
const mostWidth = 152;

const across = (width: number): Layout => {
  const height = heights.across;
  const middle = height / 2;
  const box = { width: Math.min(mostWidth, width * 0.19), height: boxHeight };
  // The words beneath the circles are wider than the circles.
  const start = 44;
  const end = width - 44;
  const at = (share: number): number => start + (end - start) * share;
  return {
    width,
    height,
    boxes: {
      client: { ...circle, x: start, y: middle },
      command: { ...box, x: at(0.235), y: middle },
      handler: { ...box, x: at(0.5), y: middle },
      feedback: { ...box, x: at(0.765), y: middle - 78 },
      balance: { ...box, x: at(0.765), y: middle + 78 },
      watching: { ...circle, x: end, y: middle },
    },
  };
};

const down = (width: number): Layout => {
  const height = heights.down;
  const middle = width / 2;
  const gap = 12;
  const box = { width: Math.min(mostWidth, (width - gap) / 2), height: boxHeight };
  const aside = box.width / 2 + gap / 2;
  return {
    width,
    height,
    boxes: {
      client: { ...circle, x: middle, y: 28 },
      command: { ...box, x: middle, y: 142 },
      handler: { ...box, x: middle, y: 278 },
      feedback: { ...box, x: middle - aside, y: 414 },
      balance: { ...box, x: middle + aside, y: 414 },
      watching: { ...circle, x: middle, y: height - 4 - circle.height / 2 },
    },
  };
};

/** @param width of the picture in CSS pixels */
export const layoutOf = (orientation: Orientation, width: number): Layout => (orientation === 'across' ? across(width) : down(width));

/** An edge ends so far from a station that its arrow is seen. */
const arrowGap = 4;

/** Where an edge leaves the outline of a station, and where it comes to another. */
export const endsOf = ({ boxes }: Layout, from: Station, to: Station): readonly [Point, Point] => {
  const [start, end] = [boxes[from], boxes[to]];
  const isDown = Math.abs(end.y - start.y) - (start.height + end.height) / 2 > Math.abs(end.x - start.x) - (start.width + end.width) / 2;
  return isDown
    ? [{ x: start.x, y: start.y + start.height / 2 }, { x: end.x, y: end.y - end.height / 2 - arrowGap }]
    : [{ x: start.x + start.width / 2, y: start.y }, { x: end.x - end.width / 2 - arrowGap, y: end.y }];
};
