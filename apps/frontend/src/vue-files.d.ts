/** For tools that cannot read .vue files, such as the linter: those that can do not need it. */
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  export default component;
}
