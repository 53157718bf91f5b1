/** Which licences may come into the house. */

/**
 * Permissive ones: they ask for no more than that notices stay where the code goes, and put no condition on the code beside them. CC0 and
 * Unlicense ask for nothing.
 */
const allowed = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'Python-2.0', 'Unlicense']);

/** Others, each for the packages that were looked at only; why they may is in docs/reference/dependencies.md. */
const exceptions: readonly { readonly licence: string; readonly packages: RegExp }[] = [
  { licence: 'MPL-2.0', packages: /^(axe-core|lightningcss(-[\w-]+)?)$/ },
  { licence: 'CC-BY-4.0', packages: /^caniuse-lite$/ },
  { licence: 'CC-BY-3.0', packages: /^spdx-exceptions$/ },
  { licence: 'OFL-1.1', packages: /^@fontsource-variable\/figtree$/ },
];

/** Packages whose package.json names no licence; it was read where they are published. */
const unnamed: Readonly<Record<string, string>> = {
  '@kafkajs/confluent-schema-registry': 'MIT',
  'vaul-vue': 'MIT',
};

/** The licence of a package, an SPDX expression; undefined when nobody knows it. */
export const licenceOf = ({ name, license }: { readonly name: string; readonly license?: string | undefined }): string | undefined => license ?? unnamed[name];

/** Whether a package may be here under its licence: of alternatives one has to be allowed, of several at once all of them. */
export const isAllowed = (name: string, expression: string): boolean =>
  expression.replaceAll(/[()]/g, '').split(' OR ').some(choice => choice.split(' AND ').every(licence =>
    allowed.has(licence) || exceptions.some(exception => exception.licence === licence && exception.packages.test(name))));
