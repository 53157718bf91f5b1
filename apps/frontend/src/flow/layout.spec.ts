import { describe, expect, it } from 'vitest';
import { edges, endsOf, heights, layoutOf, type Box } from './layout.ts';

const isApart = (one: Box, other: Box): boolean =>
  Math.abs(one.x - other.x) >= (one.width + other.width) / 2 || Math.abs(one.y - other.y) >= (one.height + other.height) / 2;

describe.each([
  ['across', 660],
  ['across', 1040],
  ['down', 300],
  ['down', 640],
] as const)('the picture %s, %s pixels wide', (orientation, width) => {
  const layout = layoutOf(orientation, width);
  const boxes = Object.values(layout.boxes);

  it('has all stations within, and apart from each other', () => {
    for (const box of boxes) {
      expect(box.x - box.width / 2).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width / 2).toBeLessThanOrEqual(width);
      expect(box.y - box.height / 2).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height / 2).toBeLessThanOrEqual(heights[orientation]);
      expect(boxes.filter(other => other !== box).every(other => isApart(box, other))).toBe(true);
    }
  });

  it.each(edges)('leads onward from %s to %s', (from, to) => {
    const [start, end] = endsOf(layout, from, to);
    expect(orientation === 'across' ? end.x - start.x : end.y - start.y).toBeGreaterThan(15);
  });
});
