import { describe, expect, it } from 'vitest';
import { lineageEdges, lineagePath } from '../../src/catalog/lineage';
import { catalogServices } from '../../src/catalog/services';

describe('lineage', () => {
  it('gives every service of the catalogue a way into or out of it', () => {
    const touched = new Set(lineageEdges().flatMap((e) => [e.from, e.to]));
    expect(catalogServices.map((s) => s.name).filter((name) => !touched.has(name))).toEqual([]);
  });

  it('joins known services only, once for each pair', () => {
    const names = new Set(catalogServices.map((s) => s.name));
    const known = lineageEdges().filter((e) => e.known);
    expect(known.filter((e) => !names.has(e.from) || !names.has(e.to))).toEqual([]);
    expect(new Set(known.map((e) => `${e.from}>${e.to}`)).size).toBe(known.length);
    expect(lineageEdges().find((e) => e.to === 'Event Hub')).toMatchObject({ relation: 'exported', known: false });
  });

  it('finds the way of Entra logs, and none back', () => {
    expect(lineagePath('Microsoft Entra', 'Microsoft Sentinel')).toEqual(['Microsoft Entra ID', 'Microsoft Sentinel']);
    expect(lineagePath('Microsoft Entra ID', 'Purview Audit / OfficeActivity')).toHaveLength(2);
    expect(lineagePath('Azure Healthcare APIs', 'Microsoft Sentinel')).toEqual([
      'Azure Healthcare APIs',
      'Azure Monitor',
      'Microsoft Sentinel',
    ]);
    expect(lineagePath('Microsoft Sentinel', 'Microsoft Entra ID')).toBeUndefined();
    expect(lineagePath('No such service', 'Microsoft Sentinel')).toBeUndefined();
  });
});
