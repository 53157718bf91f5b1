import { describe, expect, it } from 'vitest';
import { pathOfThisApp } from './destination.ts';

describe('the page to go on to after the log-in', () => {
  it.each(['/', '/bank', '/bank?search=NL66&sort=BALANCE#list', '/transfers/8f360e5a-f438-43d5-b84f-828f4cc51906'])('may be %s', path => {
    expect(pathOfThisApp(path)).toBe(path);
  });

  it.each([
    ['another site', 'https://evil.example/'],
    ['another site without its scheme', '//evil.example/'],
    ['another site with backslashes', '/\\evil.example/'],
    ['another site with a tab that browsers drop', '/\t/evil.example/'],
    ['another site with a line break that browsers drop', '/\n/evil.example/'],
    ['another site behind dot segments', '/.//evil.example/'],
    ['another site behind parent segments', '/a/..//evil.example/'],
    ['a script', 'javascript:alert(1)'],
    ['a path that is not from the root', 'bank'],
    ['nothing', ''],
    ['no text', null],
    ['several', ['/bank', '/account']],
  ])('is never %s', (_what, next) => {
    expect(pathOfThisApp(next)).toBeUndefined();
  });
});
