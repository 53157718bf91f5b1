import { expect, it } from 'vitest';
import { noticeAfter } from './notice.ts';

it('says nothing while all is well', () => {
  expect(noticeAfter('none', true, 'open')).toBe('none');
  expect(noticeAfter('none', true, 'idle')).toBe('none');
});

it('says that the browser is offline rather than that the connection is lost', () => {
  expect(noticeAfter('none', false, 'open')).toBe('offline');
  expect(noticeAfter('lost', false, 'lost')).toBe('offline');
});

it('says that the connection is lost until it is back', () => {
  expect(noticeAfter('none', true, 'lost')).toBe('lost');
  expect(noticeAfter('offline', true, 'lost')).toBe('lost');
  expect(noticeAfter('lost', true, 'open')).toBe('back');
});

it('says that it is back where nothing is followed live as well', () => {
  expect(noticeAfter('offline', true, 'idle')).toBe('back');
  expect(noticeAfter('back', true, 'idle')).toBe('back');
});
