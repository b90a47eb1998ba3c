import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(__dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
}
interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Record<string, string>;
  readonly capabilities: Record<string, { readonly supported: string; readonly description: string }>;
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Record<string, readonly MenuItem[]>;
    readonly keybindings: readonly MenuItem[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly languages: readonly { readonly id: string; readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly configuration: { readonly properties: Record<string, { readonly markdownDescription: string }> };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly completionEvents: readonly string[];
        readonly media: { readonly markdown: string };
      }[];
    }[];
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const sources = read('src/extension/extension.ts') + read('src/protocol/language.ts');

describe('the manifest', () => {
  it('starts nothing with VS Code', () => {
    expect(manifest.activationEvents.filter((e) => e === '*' || e === 'onStartupFinished')).toEqual([]);
  });

  it('takes every text of the interface from package.nls.json, and defines no text in vain', () => {
    const keys = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map((m) => m[1]!);
    expect(keys.filter((k) => !(k in texts))).toEqual([]);
    expect(Object.keys(texts).filter((k) => !keys.includes(k))).toEqual([]);
    for (const c of contributes.commands) expect(c.title).toMatch(/^%.*%$/);
  });

  it('puts all commands under one category and registers each', () => {
    expect(contributes.commands.filter((c) => c.category !== 'Gapline')).toEqual([]);
    const missing = contributes.commands.map((c) => c.command).filter((c) => !sources.includes(`'${c}'`));
    expect(missing).toEqual([]);
  });

  it('names in menus, keys and welcome views only commands that are there', () => {
    const known = new Set(contributes.commands.map((c) => c.command));
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map((m) => m.command);
    const linked = Object.values(texts).flatMap((t) => [...t.matchAll(/command:(gapline\.[\w.]+)/g)].map((m) => m[1]!));
    expect([...used, ...linked].filter((c) => !known.has(c) && !/\.focus$/.test(c))).toEqual([]);
  });

  it('hides from the palette what needs a line of a view', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).filter((m) => m.when === 'false').map((m) => m.command);
    expect(hidden).toEqual([
      'gapline.openProvingQuery',
      'gapline.copyAsMarkdown',
      'gapline.showReview',
      'gapline.writeResults',
      'gapline.openHistoryQuery',
      'gapline.copyHistoryQuery',
      'gapline.removeFromHistory',
      'gapline.previewTable',
      'gapline.insertName',
      'gapline.copyName',
    ]);
  });

  it('takes keys only in KQL editors', () => {
    for (const k of contributes.keybindings) expect(k.when).toContain('editorLangId == kusto');
  });

  it('keeps the language id that themes and other extensions know, with the files it names', () => {
    // Bicep has an extension of its own; where it is not installed, VS Code would take its files for plain text and ask for nothing.
    expect(contributes.languages.map((l) => l.id)).toEqual(['kusto', 'bicep']);
    const files = [...contributes.languages.map((l) => l.configuration), ...contributes.grammars.map((g) => g.path)];
    expect(files.filter((f) => !existsSync(join(root, f)))).toEqual([]);
  });

  it('says what works without trust and without a disk', () => {
    for (const c of ['untrustedWorkspaces', 'virtualWorkspaces'])
      expect(manifest.capabilities[c]?.supported).toBe('limited');
  });

  it('has an act in every welcome view', () => {
    for (const w of contributes.viewsWelcome) expect(texts[w.contents.slice(1, -1)]).toMatch(/\[[^\]]+\]\(command:/);
  });

  it('reads every setting that it offers', () => {
    const configuration = read('src/extension/configuration.ts');
    const unread = Object.keys(contributes.configuration.properties)
      .map((p) => p.replace(/^gapline\./, ''))
      .filter((p) => !configuration.includes(`'${p}'`));
    expect(unread).toEqual([]);
  });

  it('walks through in five steps at most, each ending with a real event, each with its text', () => {
    for (const { steps } of contributes.walkthroughs) {
      expect(steps.length).toBeLessThanOrEqual(5);
      for (const s of steps) {
        expect(s.completionEvents.length).toBeGreaterThan(0);
        expect(s.completionEvents.filter((e) => !/^on(Command|Context):/.test(e))).toEqual([]);
        expect(existsSync(join(root, s.media.markdown))).toBe(true);
      }
    }
  });

  it('is typed against the oldest VS Code that it takes', () => {
    expect(`^${manifest.devDependencies['@types/vscode']}`).toBe(manifest.engines.vscode);
  });
});

describe('the grammars', () => {
  const patterns = (name: string): string[] => {
    const found: string[] = [];
    const walk = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value))
        if (['match', 'begin', 'end', 'while'].includes(key) && typeof inner === 'string') found.push(inner);
        else walk(inner);
    };
    walk(JSON.parse(read(name)));
    return found;
  };

  it('have no pattern that VS Code’s engine refuses: one such pattern switches a grammar off without a word', () => {
    for (const { path } of contributes.grammars)
      for (const p of patterns(path)) {
        expect(() => new RegExp(p.replace(/^\(\?[imx]+\)/, ''))).not.toThrow();
        // A repeated look-around is legal in JavaScript and an error in Oniguruma.
        expect(repeatedLookaround(p), p).toBe(false);
      }
    expect(repeatedLookaround('a(?=b(c))?')).toBe(true);
  });
});

function repeatedLookaround(pattern: string): boolean {
  const open: boolean[] = [];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '(') open.push(/^\(\?<?[=!]/.test(pattern.slice(i)));
    else if (pattern[i] === ')' && open.pop() && /[?*+{]/.test(pattern[i + 1] ?? '')) return true;
  }
  return false;
}
