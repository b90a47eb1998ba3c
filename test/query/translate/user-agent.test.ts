import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** `parse_user_agent`: the shape of its reference, by the patterns of uap-core. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

const quoted = (text: string): string => JSON.stringify(text);
const first = async (kql: string): Promise<readonly Json[]> => (await engine.query(kql)).rows[0]!;
const parsed = async (userAgent: string, lookFor: string): Promise<Json> =>
  (await first(`print parse_user_agent(${quoted(userAgent)}, ${lookFor})`))[0]!;

const EDGE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 Edg/128.0.2739.42';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1';
const NOKIA =
  'Mozilla/5.0 (SymbianOS/9.2; U; Series60/3.1 NokiaN81-3/10.0.032 Profile/MIDP-2.0 Configuration/CLDC-1.1 ) AppleWebKit/413 (KHTML, like Gecko) Safari/4';
const OTHER = {
  Browser: { Family: 'Other', MajorVersion: '', MinorVersion: '', Patch: '' },
  OperatingSystem: { Family: 'Other', MajorVersion: '', MinorVersion: '', Patch: '', PatchMinor: '' },
  Device: { Family: 'Other', Brand: '', Model: '' },
};
const ALL = 'dynamic(["browser", "os", "device"])';

describe('parse_user_agent', () => {
  it('gives both results that its reference prints', async () => {
    expect(
      await parsed('Mozilla/5.0 (Windows; U; en-US) AppleWebKit/531.9 (KHTML, like Gecko) AdobeAIR/2.5.1', '"browser"'),
    ).toEqual({ Browser: { Family: 'AdobeAIR', MajorVersion: '2', MinorVersion: '5', Patch: '1' } });
    expect(await parsed(NOKIA, ALL)).toEqual({
      Browser: { Family: 'Nokia OSS Browser', MajorVersion: '3', MinorVersion: '1', Patch: '' },
      OperatingSystem: { Family: 'Symbian OS', MajorVersion: '9', MinorVersion: '2', Patch: '', PatchMinor: '' },
      Device: { Family: 'Nokia N81', Brand: 'Nokia', Model: 'N81-3' },
    });
  });

  it('fills replacements, keeps groups without one, and says Other of what no pattern knows', async () => {
    expect(await parsed(EDGE, ALL)).toEqual({
      Browser: { Family: 'Edge', MajorVersion: '128', MinorVersion: '0', Patch: '2739' },
      OperatingSystem: { Family: 'Windows', MajorVersion: '10', MinorVersion: '', Patch: '', PatchMinor: '' },
      Device: OTHER.Device,
    });
    expect(await parsed(IPHONE, ALL)).toEqual({
      Browser: { Family: 'Mobile Safari', MajorVersion: '17', MinorVersion: '6', Patch: '' },
      OperatingSystem: { Family: 'iOS', MajorVersion: '17', MinorVersion: '6', Patch: '1', PatchMinor: '' },
      Device: { Family: 'iPhone', Brand: 'Apple', Model: 'iPhone' },
    });
    expect(await parsed('python-requests/2.31.0', '"browser"')).toEqual({
      Browser: { Family: 'Python Requests', MajorVersion: '2', MinorVersion: '31', Patch: '' },
    });
    // A pattern that is read without regard to case.
    expect(await parsed('XdA_plus', '"device"')).toEqual({
      Device: { Family: 'Generic Feature Phone', Brand: 'Generic', Model: 'Feature Phone' },
    });
    expect(await parsed('', ALL)).toEqual(OTHER);
    expect(await parsed('$1 $& ](*', ALL)).toEqual(OTHER);
  });

  it('gives what is asked for, once each, in one order', async () => {
    const keys = async (lookFor: string) =>
      (await first(`print tostring(bag_keys(parse_user_agent(${quoted(IPHONE)}, ${lookFor})))`))[0];
    expect(await keys('dynamic(["os"])')).toBe('["OperatingSystem"]');
    expect(await keys('dynamic(["device", "browser", "device"])')).toBe('["Browser","Device"]');
  });

  it('reads columns, and what is looked for from a column too', async () => {
    const rows = [
      [EDGE, 'browser'],
      [IPHONE, 'os'],
      ['', 'device'],
      [EDGE, 'screen'],
      [EDGE, ''],
    ] as const;
    const table = `datatable(n:long, UserAgent:string, what:string)[${rows.map(([ua, what], n) => `${n}, ${quoted(ua)}, ${quoted(what)}`).join(', ')}]`;
    const { rows: found } = await engine.query(
      `${table} | project n, browser = tostring(parse_user_agent(UserAgent, "browser").Browser.Family), p = parse_user_agent(UserAgent, what) | project n, browser, none = isnull(p), family = tostring(coalesce(p.Browser.Family, p.OperatingSystem.Family, p.Device.Family)) | sort by n asc`,
    );
    expect(found).toEqual([
      [0, 'Edge', false, 'Edge'],
      [1, 'Mobile Safari', false, 'iOS'],
      [2, 'Other', false, 'Other'],
      [3, 'Edge', true, ''],
      [4, 'Edge', true, ''],
    ]);
    const counted = await engine.query(
      `${table} | where parse_user_agent(UserAgent, "os").OperatingSystem.Family == "Windows" | summarize count()`,
    );
    expect(counted.rows).toEqual([[3]]);
    expect(counted.notes.join(' ')).toContain('uap-core');
  });

  it.each(['"screen"', '"Browser"', 'dynamic(["browser", "screen"])', 'dynamic([])', 'dynamic({"os": 1})'])(
    'refuses to look for %s, with what it can look for',
    (lookFor) => {
      const made = engine.translate(`print parse_user_agent("x", ${lookFor})`);
      expect(made.kind).not.toBe('sql');
      expect(JSON.stringify(made)).toContain('looks for');
    },
  );

  it('reads the start of a text of any length', async () => {
    const kql = (pad: number) =>
      `print tostring(parse_user_agent(strcat(strrep("x", ${pad}), " python-requests/2.31.0"), "browser").Browser.Family)`;
    expect(await first(kql(900))).toEqual(['Python Requests']);
    expect(await first(kql(100_000))).toEqual(['Other']);
    expect(await first('print parse_user_agent(strrep("netfront ", 200000), "device")')).toEqual([
      { Device: expect.objectContaining({ Family: expect.any(String) }) },
    ]);
  });
});
