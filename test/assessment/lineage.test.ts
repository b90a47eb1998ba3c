import { describe, expect, it } from 'vitest';
import { withLineage } from '../../src/assessment/lineage';
import type { Status } from '../../src/protocol/status';
import { source } from '../extension/sample';

const marked = (status: Status) =>
  withLineage(
    [
      source({ id: 'SigninLogs', status }),
      source({ id: 'AuditLogs' }),
      source({ id: 'SecurityAlert', services: ['Microsoft Sentinel'], status: 'NOT_EVALUABLE', reason: 'derived' }),
      source({ id: 'SentinelHealth', services: ['Microsoft Sentinel'], status: 'NOT_EVALUABLE', reason: 'derived' }),
    ],
    [],
  );

describe('downstream of a hurt source', () => {
  it('marks what is made from its logs with the way, and nothing else', () => {
    const found = marked('PARTIAL');
    expect(found.filter((s) => s.upstream).map((s) => s.id)).toEqual(['SecurityAlert']);
    const alert = found.find((s) => s.id === 'SecurityAlert')!;
    expect(alert.upstream).toEqual([
      { source: 'SigninLogs', status: 'PARTIAL', path: ['Microsoft Entra ID', 'Microsoft Sentinel'] },
    ]);
    expect(alert.notes.at(-1)).toBe(
      'Downstream of incomplete logs: SigninLogs (PARTIAL), by way of Microsoft Entra ID → Microsoft Sentinel. What is made from them may be incomplete too.',
    );
    expect(alert.status).toBe('NOT_EVALUABLE');
  });

  it('marks nothing where nothing is lost', () => {
    for (const status of ['OK', 'RECOVERED', 'NOT_COLLECTED'] as const)
      expect(marked(status).filter((s) => s.upstream)).toEqual([]);
  });
});
