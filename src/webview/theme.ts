import { opaque } from '../timeline/colour';
import type { Tone } from '../timeline/status-words';

/** The theme's colours as the canvas needs them, read from the `--vscode-*` variables. */
export interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly line: string;
  readonly observed: string;
  readonly late: string;
  readonly expected: string;
  readonly note: string;
  readonly focus: string;
  readonly tones: Readonly<Record<Tone, string>>;
  readonly font: string;
  /** High contrast: patterns and outlines in place of tints. */
  readonly contrast: boolean;
  readonly light: boolean;
}

const DARK: Readonly<Record<string, string>> = {
  '--vscode-editor-background': '#1f1f1f',
  '--vscode-foreground': '#cccccc',
  '--vscode-descriptionForeground': '#9d9d9d',
  '--vscode-charts-blue': '#59a4f9',
  '--vscode-charts-red': '#f14c4c',
  '--vscode-charts-orange': '#d18616',
  '--vscode-charts-yellow': '#cca700',
  '--vscode-charts-green': '#89d185',
  '--vscode-charts-purple': '#b180d7',
  '--vscode-focusBorder': '#0078d4',
};

/** High Contrast Light sets no orange either, and the dark one is too pale there. */
const LIGHT_ORANGE = '#a85b00';

export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const read = (name: string): string => opaque(style.getPropertyValue(name).trim() || (DARK[name] ?? ''));
  const classes = document.body.classList;
  const paleGround = classes.contains('vscode-high-contrast-light');
  const contrast = classes.contains('vscode-high-contrast') || classes.contains('vscode-high-contrast-light');
  const muted = read('--vscode-descriptionForeground');
  return {
    background: read('--vscode-editor-background'),
    foreground: read('--vscode-foreground'),
    muted,
    line: contrast ? read('--vscode-contrastBorder') || read('--vscode-foreground') : read('--vscode-foreground'),
    observed: read('--vscode-charts-blue'),
    late: read('--vscode-charts-purple'),
    expected: read('--vscode-foreground'),
    note: read('--vscode-charts-yellow'),
    focus: read('--vscode-focusBorder'),
    tones: {
      good: read('--vscode-charts-green'),
      loss: read('--vscode-charts-red'),
      partial:
        paleGround && !style.getPropertyValue('--vscode-charts-orange').trim()
          ? LIGHT_ORANGE
          : read('--vscode-charts-orange'),
      late: read('--vscode-charts-yellow'),
      double: read('--vscode-charts-purple'),
      change: read('--vscode-charts-blue'),
      mute: muted,
    },
    font: style.fontFamily,
    contrast,
    light: classes.contains('vscode-light') || classes.contains('vscode-high-contrast-light'),
  };
}

/** Calls back when the theme changes: VS Code then changes the body's class and the variables on the root element. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
