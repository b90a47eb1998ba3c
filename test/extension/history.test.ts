import { describe, expect, it } from 'vitest';
import { createQueryHistory, MOST_CHARACTERS, MOST_ENTRIES } from '../../src/extension/results/history';
import { historyNodes } from '../../src/extension/views/historyNodes';
import { l10n } from './sample';

function memory(start?: unknown) {
  const kept = new Map<string, unknown>(start === undefined ? [] : [['queryHistory', start]]);
  return {
    get: (key: string) => kept.get(key),
    async update(key: string, value: unknown) {
      kept.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
}
const run = (kql: string, at = 1) => ({ at, kql, outcome: 'results' as const, rows: 12, elapsedMs: 812 });

describe('the query history', () => {
  it('stands the newest first, a repeated query once, and is there again after a restart', async () => {
    const kept = memory();
    let changes = 0;
    const history = createQueryHistory(kept, () => changes++);
    await history.add(run('A', 1));
    await history.add(run('B', 2));
    await history.add(run('A', 3));
    expect(history.entries.map((e) => [e.kql, e.at])).toEqual([
      ['A', 3],
      ['B', 2],
    ]);
    expect(new Set(history.entries.map((e) => e.id)).size).toBe(2);
    expect(changes).toBe(3);
    const again = createQueryHistory(kept, () => {});
    await again.remove(again.entries[0]!.id);
    expect(createQueryHistory(kept, () => {}).entries.map((e) => e.kql)).toEqual(['B']);
    await again.clear();
    expect(createQueryHistory(kept, () => {}).entries).toEqual([]);
  });

  it('has an end, in number and in text', async () => {
    const history = createQueryHistory(memory(), () => {});
    for (let i = 0; i < MOST_ENTRIES + 5; i++) await history.add(run(`Q${i}`));
    expect([history.entries.length, history.entries[0]?.kql]).toEqual([MOST_ENTRIES, `Q${MOST_ENTRIES + 4}`]);
    await history.add(run('x'.repeat(MOST_CHARACTERS)));
    expect(history.entries).toHaveLength(1);
  });

  it('drops what is no entry', () => {
    for (const broken of ['text', [{ id: 'x' }, null, { id: '1', at: 1, kql: 'A', outcome: 'odd', rows: 1 }]])
      expect(createQueryHistory(memory(broken), () => {}).entries).toEqual([]);
  });

  it('says first line, outcome, rows, elapsed and time', () => {
    const entries = [
      { id: '2', ...run('// who\nSigninLogs\n| count') },
      { id: '1', at: 0, kql: 'x', outcome: 'refused' as const, rows: null, elapsedMs: null },
    ];
    const nodes = historyNodes(l10n, entries, (at) => `at ${at}`);
    expect(nodes.map((n) => [n.label, n.description])).toEqual([
      ['SigninLogs', '12 rows · 812 ms · at 1'],
      ['x', 'not run here · at 0'],
    ]);
    expect(nodes[0]?.query).toBe('// who\nSigninLogs\n| count');
  });
});
