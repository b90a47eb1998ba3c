import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestEngine } from './engine';

describe('tables of Azure Resource Graph', () => {
  let engine: Awaited<ReturnType<typeof createTestEngine>>;
  beforeAll(async () => {
    engine = await createTestEngine(
      [`CREATE TABLE resources AS SELECT 'vm' AS name, '{"ip":"10.0.0.1"}'::JSON AS properties`],
      {
        tables: [
          {
            name: 'Resources',
            columns: [
              { name: 'name', type: 'string' },
              { name: 'properties', type: 'dynamic' },
            ],
            relation: '"resources"',
            timeColumn: null,
            ingestionColumn: null,
          },
        ],
      },
    );
  });
  afterAll(() => engine.close());

  it('are read from an export in the folder', async () => {
    const rows = async (kql: string) => (await engine.query(kql)).rows;
    expect(await rows('arg("").Resources | project name, ip = tostring(properties.ip)')).toEqual([['vm', '10.0.0.1']]);
    expect(await rows('let R = arg ( "" ) . Resources | count; // arg("").Other\nR')).toEqual([[1]]);
    expect(await rows('print x = "arg(\\"\\").Resources"')).toEqual([['arg("").Resources']]);
    expect(engine.translate('arg("").Resources | where nope == 1')).toMatchObject({
      kind: 'invalid',
      faults: [{ start: 26 }],
    });
  });
  it('are refused otherwise, with what would help', () => {
    for (const [kql, name] of [
      ['arg("").AdvisorResources | count', 'arg'],
      ['workspace("x").Resources | count', 'workspace'],
    ] as const)
      expect(engine.translate(kql)).toMatchObject({
        kind: 'refused',
        refused: [{ name, message: expect.stringMatching(/never asked; .*export/) }],
      });
  });
});
