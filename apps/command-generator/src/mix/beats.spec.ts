import { describe, expect, it } from 'vitest';
import { accountsAt, creationBeatOf, creationBeats, opensAccount } from './beats.ts';

const upTo = (end: number): number[] => Array.from({ length: end }, (_, beat) => beat);

describe('the beats that open an account', () => {
  it('are those below 20 and every 200th', () => {
    expect(upTo(801).filter(opensAccount)).toEqual([...upTo(20), 200, 400, 600, 800]);
  });

  it('are listed between any two beats, the second left out', () => {
    const opening = upTo(1_001).filter(opensAccount);
    for (const from of [0, 7, 19, 20, 21, 199, 200, 201, 999, 1_000]) {
      for (const to of [0, 7, 20, 200, 201, 400, 1_000, 1_001]) {
        expect([...creationBeats(from, to)]).toEqual(opening.filter(beat => beat >= from && beat < to));
      }
    }
  });

  it('give the accounts their ordinals', () => {
    expect(upTo(23).map(creationBeatOf)).toEqual([...creationBeats(0, 601)]);
  });
});

describe('the accounts that a beat may draw on', () => {
  it('are the first 20, and of the later ones all but the newest tenth', () => {
    expect([20, 199, 200, 399].map(accountsAt)).toEqual([20, 20, 20, 20]);
    expect([400, 401, 599, 600].map(accountsAt)).toEqual([21, 21, 21, 22]);
    expect(accountsAt(100 * 200)).toBe(20 + 90);
  });

  it('were opened at least 200 beats before, or are among the first 20', () => {
    for (const beat of [20, 200, 399, 400, 599, 600, 100_001]) {
      const newest = creationBeatOf(accountsAt(beat) - 1);
      expect(newest === 19 || beat - newest >= 200).toBe(true);
    }
  });
});
