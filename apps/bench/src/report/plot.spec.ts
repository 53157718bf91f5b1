import { describe, expect, it } from 'vitest';
import { drawPlot, type Panel } from './plot.ts';

const panel: Panel = {
  title: 'Median', xLabel: 'heartbeats a second', yLabel: 'latency, ms', isLogarithmic: true,
  curves: [
    { label: 'TypeScript <ours>', isOurs: true, points: [{ x: 0, y: 20, least: 15, most: 50 }, { x: 400, y: 40 }] },
    { label: 'Rust, 2019', isOurs: false, points: [{ x: 0, y: 0 }, { x: 0, y: 100 }, { x: 400, y: 200 }] },
  ],
};

describe('a plot', () => {
  const svg = drawPlot('Latency over the load', [panel, { ...panel, title: 'Maximum' }]);

  it('says what it shows, with units, on a white ground of its own', () => {
    for (const text of ['Latency over the load', 'Median', 'Maximum', 'heartbeats a second', 'latency, ms', 'TypeScript &lt;ours&gt;', 'Rust, 2019']) expect(svg).toContain(`>${text}<`);
    expect(svg).toMatch(/<rect width="(\d+)" height="(\d+)" fill="#ffffff"\/>/);
  });

  it('draws ours with points and error bars, and others dashed', () => {
    expect(svg.match(/<circle/g)).toHaveLength(4);
    // From 10 to 200 ms on 226 pixels above y = 256: the least, 15, and the most, 50.
    expect(svg).toContain('<path d="M64 225.4V134.6" fill="none" stroke="#0550ae" stroke-width="1.2"/>');
    expect(svg).toMatch(/stroke="#116329" stroke-width="1.2" stroke-dasharray="7 3"/);
  });

  it('leaves out what a logarithmic axis has no place for', () => {
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('is the same for the same figures', () => {
    expect(drawPlot('Latency over the load', [panel, { ...panel, title: 'Maximum' }])).toBe(svg);
  });
});
