/** What an audit found wrong. */

/** Enough of one kind to look into; a broken bank may have a million. */
const shown = 5;

export class Findings {
  readonly #ofKind = new Map<string, { readonly places: string[]; count: number }>();

  /** Notes something wrong and where it stands. No secrets: whoever runs the audit may show its findings to others. */
  add(kind: string, place: string): void {
    const known = this.#ofKind.get(kind) ?? { places: [], count: 0 };
    this.#ofKind.set(kind, known);
    known.count += 1;
    if (known.places.length < shown) known.places.push(place);
  }

  /** One sentence for each kind, with the first places and how many more there are. */
  get sentences(): readonly string[] {
    const more = (count: number): string => (count > shown ? ` and ${count - shown} more` : '');
    return [...this.#ofKind].map(([kind, { places, count }]) => `${kind}: ${places.join(', ')}${more(count)}`);
  }
}
