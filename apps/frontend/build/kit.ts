/** The UI kit as this app uses it: explicit imports, our own colours as CSS, icons in the bundle, nothing injected at run time. */
import ui from '@nuxt/ui/vite';
import type { PluginOption } from 'vite';

/** @returns the kit's Vite plugins, Tailwind among them */
export const kit = (): PluginOption[] => [
  ui({
    autoImport: false,
    components: false,
    dts: false,
    colorMode: false,
    theme: { colors: ['primary', 'error', 'warning'] },
    icon: { clientBundle: { scan: true } },
    ui: {
      button: {
        slots: { base: 'rounded-lg font-semibold cursor-pointer transition-colors duration-150' },
        // The kit makes a button paler under the mouse, which reads as disabled.
        compoundVariants: [{
          color: 'primary',
          variant: 'solid',
          class: 'hover:bg-(--bank-accent-hover) active:bg-(--bank-accent-active)',
        }],
      },
      input: {
        slots: { root: 'w-full', base: 'rounded-lg' },
        defaultVariants: { size: 'xl' },
      },
      formField: {
        slots: { label: 'font-semibold text-highlighted', help: 'mt-1.5 text-sm text-muted', error: 'mt-1.5 text-sm' },
      },
      skeleton: { base: 'rounded-lg bg-elevated motion-reduce:animate-none' },
    },
  }) as PluginOption,
].flat();
