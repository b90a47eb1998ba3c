import { describe, expect, it } from 'vitest';
import { windowNames } from '../../src/review/window-names';

type Given = Parameters<typeof windowNames>[0];

function check(windows: Given, expected: Record<string, string>): void {
  expect(Object.fromEntries(windowNames(windows))).toEqual(expected);
}

const desktop = (id: string, sources: string[], kind: Given[number]['kind'] = 'partial') => ({
  id,
  service: 'Azure Virtual Desktop',
  kind,
  sources,
});

describe('names of incident windows', () => {
  it('are the services', () => check([desktop('w1', ['AppTraces'])], { w1: 'Azure Virtual Desktop' }));
  it('add the log sources where service and kind are alike', () =>
    check([desktop('w1', ['AppTraces', 'AppEvents']), desktop('w2', ['WVDConnections'])], {
      w1: 'Azure Virtual Desktop (AppTraces +1)',
      w2: 'Azure Virtual Desktop (WVDConnections)',
    }));
  it('stay plain where the kind tells them apart', () =>
    check([desktop('w1', ['AppTraces']), desktop('w2', ['AppTraces'], 'delay')], {
      w1: 'Azure Virtual Desktop',
      w2: 'Azure Virtual Desktop',
    }));
  it('fall back to the id', () =>
    check([{ ...desktop('w1', []), service: '' }, desktop('w2', []), desktop('w3', [])], {
      w1: 'w1',
      w2: 'Azure Virtual Desktop (w2)',
      w3: 'Azure Virtual Desktop (w3)',
    }));
});
