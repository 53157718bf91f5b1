/** The words of a command line that Nx has passed on. */

/**
 * Puts the words of each option's value together again. Nx drops the quotes around what holds a "=", so that a command comes word by word: all
 * up to the next option of ours is one value.
 *
 * @example
 * joined(['drain', '--handler', 'A=node', 'main.js', '--fast', '--rounds', '3'], ['--handler', '--rounds'])
 * // ['drain', '--handler=A=node main.js --fast', '--rounds=3']
 *
 * @param options ours that take a value
 */
export const joined = (words: readonly string[], options: readonly string[]): string[] => {
  const found: string[] = [];
  let value: { readonly option: string; readonly words: string[] } | undefined;
  const close = (): void => {
    if (value) found.push(`${value.option}=${value.words.join(' ')}`);
    value = undefined;
  };
  for (const word of words) {
    const option = options.find(name => word === name || word.startsWith(`${name}=`));
    if (option !== undefined) {
      close();
      value = { option, words: word === option ? [] : [word.slice(option.length + 1)] };
    } else if (value && word !== '--help') {
      value.words.push(word);
    } else {
      close();
      found.push(word);
    }
  }
  close();
  return found;
};
