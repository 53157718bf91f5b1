/** The browser has begun to read a file by then. */
const readWithinMs = 60_000;

/** Hands texts, one after the other, to the browser as a CSV file, without asking a server. */
export const saveCsv = (name: string, parts: readonly string[]): void => {
  const url = URL.createObjectURL(new Blob([...parts], { type: 'text/csv;charset=utf-8' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => { URL.revokeObjectURL(url); }, readWithinMs);
};
