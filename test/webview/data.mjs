// Twelve weeks of hourly volumes of twelve log sources, with the losses of an agent that deadlocks: what the pages are tried on.
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const FROM = Date.UTC(2024, 6, 15);
export const TO = Date.UTC(2024, 9, 7);
const BINS = (TO - FROM) / HOUR;
export const at = (text) => Date.parse(`${text}Z`);

/** A seeded generator (mulberry32): the pictures are the same every time. */
function random(seed) {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const shape = (i) => {
  const t = new Date(FROM + i * HOUR);
  const h = t.getUTCHours();
  const weekend = t.getUTCDay() === 0 || t.getUTCDay() === 6;
  return (0.35 + 0.65 * Math.exp(-(((h - 13) / 5) ** 2))) * (weekend ? 0.45 : 1);
};

const range = (earliest, latest = earliest) => ({ earliest: at(earliest), latest: at(latest) });

function segment(status, start, end, { from, to, lost = null, ongoing = false, sentence }) {
  return {
    status,
    start: at(start),
    end: at(end),
    startRange: from ? range(...from) : range(start),
    endRange: to ? range(...to) : range(end),
    ongoing,
    sentence,
    lost,
  };
}

/** Name, service, rows an hour at the peak, and what happens: `keep(i)` is the share of rows that come, `late(i)` that come late. */
const SOURCES = [
  {
    id: 'SigninLogs',
    service: 'Microsoft Entra',
    rate: 1400,
    segments: [
      segment('PARTIAL', '2024-09-02T23:00', '2024-09-19T06:00', {
        from: ['2024-09-02T20:00', '2024-09-04T08:00'],
        lost: 142300,
        sentence: '142,300 of 402,000 expected rows are missing; 19 % of the rest came more than 6 h late.',
      }),
    ],
    keep: (t) =>
      t > at('2024-09-03T00:00') && t < at('2024-09-19T06:00')
        ? Math.max(0.35, 1 - (t - at('2024-09-03T00:00')) / (9 * DAY))
        : 1,
    late: (t) => (t > at('2024-09-16T06:00') && t < at('2024-09-19T06:00') ? 0.5 : 0),
    verdicts: [{ claim: 'c-entra', verdict: 'CONFIRMED' }],
    status: 'PARTIAL',
  },
  {
    id: 'AuditLogs',
    service: 'Microsoft Entra',
    rate: 220,
    segments: [
      segment('GAP', '2024-09-05T04:00', '2024-09-13T17:00', {
        lost: 21400,
        sentence: 'No rows for 8 d 13 h where 21,400 were expected.',
      }),
      segment('RECOVERED', '2024-09-13T17:00', '2024-09-19T04:00', {
        to: ['2024-09-19T02:00', '2024-09-19T09:00'],
        sentence: '98 % of the deficit came up to 5 d 11 h late, in a burst at 19 Sep 04:00.',
      }),
    ],
    keep: (t) => (t >= at('2024-09-05T04:00') && t < at('2024-09-13T17:00') ? 0 : 1),
    late: (t) => (t >= at('2024-09-13T17:00') && t < at('2024-09-19T04:00') ? 1 : 0),
    verdicts: [{ claim: 'c-entra', verdict: 'CONFIRMED' }],
    status: 'GAP',
  },
  {
    id: 'AzureDiagnostics/MICROSOFT.LOGIC',
    service: 'Azure Logic Apps',
    rate: 480,
    segments: [
      segment('PARTIAL', '2024-09-03T00:00', '2024-10-03T00:00', {
        from: ['2024-09-02T12:00', '2024-09-05T00:00'],
        to: ['2024-10-02T00:00', '2024-10-03T06:00'],
        lost: 51800,
        sentence: 'Rows stop and return eleven times; 51,800 of 180,000 are missing.',
      }),
    ],
    keep: (t) =>
      t > at('2024-09-03T00:00') && t < at('2024-10-03T00:00') && Math.floor(t / (31 * HOUR)) % 3 === 0 ? 0.08 : 1,
    verdicts: [{ claim: 'c-logic', verdict: 'CONFIRMED' }],
    status: 'PARTIAL',
  },
  {
    id: 'LogicAppWorkflowRuntime',
    service: 'Azure Logic Apps',
    rate: 310,
    segments: [],
    verdicts: [{ claim: 'c-logic', verdict: 'NOT_SEEN_HERE' }],
    status: 'OK',
  },
  {
    id: 'AHDSMedTechDiagnosticLogs',
    service: 'Azure Healthcare APIs',
    rate: 46,
    segments: [
      segment('DELAYED', '2024-09-07T06:00', '2024-09-12T18:00', {
        sentence: 'Whole, but half of the rows came 9 h to 41 h late.',
      }),
    ],
    late: (t) => (t >= at('2024-09-07T06:00') && t < at('2024-09-12T18:00') ? 0.55 : 0),
    verdicts: [{ claim: 'c-health', verdict: 'INCONCLUSIVE' }],
    status: 'DELAYED',
  },
  {
    id: 'SecurityEvent',
    service: 'Microsoft Sentinel',
    rate: 2000,
    segments: [
      segment('GAP', '2024-08-08T02:00', '2024-08-08T06:00', {
        lost: 3100,
        sentence: 'Silent for 4 h; no claim covers this.',
      }),
    ],
    keep: (t) => (t >= at('2024-08-08T02:00') && t < at('2024-08-08T06:00') ? 0 : 1),
    verdicts: [],
    status: 'GAP',
  },
  {
    id: 'AzureActivity',
    service: 'Azure Monitor',
    rate: 150,
    segments: [],
    verdicts: [],
    status: 'OK',
  },
  {
    id: 'WVDConnections',
    service: 'Azure Virtual Desktop',
    rate: 5,
    segments: [],
    verdicts: [{ claim: 'c-avd', verdict: 'NOT_SEEN_HERE' }],
    status: 'OK',
  },
  {
    id: 'AppRequests',
    service: 'Azure Virtual Desktop',
    rate: 640,
    segments: [
      segment('NOT_COLLECTED', '2024-08-26T09:00', '2024-10-07T00:00', {
        sentence: 'The diagnostic setting was deleted by ops@contoso.example on 26 Aug 09:04.',
      }),
    ],
    keep: (t) => (t >= at('2024-08-26T09:00') ? 0 : 1),
    verdicts: [],
    status: 'NOT_COLLECTED',
  },
  {
    id: 'PowerPlatformAdminActivity',
    service: 'Power Platform',
    rate: 60,
    segments: [segment('DUPLICATED', '2024-09-20T00:00', '2024-09-24T12:00', { sentence: 'Every row came twice.' })],
    keep: (t) => (t >= at('2024-09-20T00:00') && t < at('2024-09-24T12:00') ? 2 : 1),
    verdicts: [],
    status: 'DUPLICATED',
  },
  {
    id: 'SignTransactions',
    service: 'Azure Trusted Signing',
    rate: 90,
    segments: [
      segment('GAP', '2024-09-28T15:00', '2024-10-07T00:00', {
        lost: 9900,
        ongoing: true,
        sentence: 'Silent since 28 Sep 15:00 and still so at the end of the data; no configuration change explains it.',
      }),
    ],
    keep: (t) => (t >= at('2024-09-28T15:00') ? 0 : 1),
    verdicts: [{ claim: 'c-sign', verdict: 'CONTRADICTED' }],
    status: 'GAP',
  },
  {
    id: 'OfficeActivity',
    service: 'Purview Audit',
    rate: 800,
    segments: [
      segment('NOT_EVALUABLE', '2024-07-15T00:00', '2024-08-03T00:00', {
        sentence: 'Before the licence began nothing can be said.',
      }),
    ],
    keep: (t) => (t < at('2024-08-03T00:00') ? 0 : 1),
    verdicts: [{ claim: 'c-purview', verdict: 'NOT_EVALUABLE' }],
    status: 'NOT_EVALUABLE',
  },
];

function seriesOf(source, index) {
  const next = random(1000 + index * 77);
  const arrays = { observed: [], late: [], expected: [], expectedLow: [], expectedHigh: [] };
  for (let i = 0; i < BINS; i++) {
    const t = FROM + i * HOUR;
    const mu = source.rate * shape(i);
    const noise = (next() + next() + next() + next() - 2) * Math.sqrt(mu + (mu * 0.09) ** 2) * 1.1;
    const came = Math.max(0, Math.round((mu + noise) * (source.keep?.(t) ?? 1)));
    const spread = 2 * Math.sqrt(mu + (mu * 0.1) ** 2);
    const blind = source.id === 'OfficeActivity' && t < at('2024-08-03T00:00');
    arrays.observed.push(came);
    arrays.late.push(Math.round(came * (source.late?.(t) ?? 0)));
    arrays.expected.push(blind ? null : mu);
    arrays.expectedLow.push(blind ? null : Math.max(0, mu - spread));
    arrays.expectedHigh.push(blind ? null : mu + spread);
  }
  const f64 = Object.fromEntries(Object.entries(arrays).map(([k, v]) => [k, { f64: v }]));
  return { lane: source.id, bin: HOUR, start: FROM, ...f64 };
}

const band = (id, label, service, kind, sources, [s0, s1], [e0, e1], claims = []) => ({
  id,
  label,
  kind,
  service,
  sources,
  claims,
  startEarliest: s0 && at(s0),
  startLatest: s1 && at(s1),
  endEarliest: e0 && at(e0),
  endLatest: e1 && at(e1),
});

export const BANDS = [
  band(
    'w-entra',
    'MO888473',
    'Microsoft Entra',
    'loss',
    ['SigninLogs', 'AuditLogs'],
    ['2024-09-02T23:00', '2024-09-02T23:00'],
    ['2024-09-19T00:00', '2024-09-20T00:00'],
    ['c-entra'],
  ),
  band(
    'w-logic',
    'MO888473',
    'Azure Logic Apps',
    'partial',
    ['AzureDiagnostics/MICROSOFT.LOGIC', 'LogicAppWorkflowRuntime'],
    ['2024-09-02T00:00', '2024-09-03T00:00'],
    ['2024-10-03T00:00', '2024-10-04T00:00'],
    ['c-logic'],
  ),
  band(
    'w-health',
    'MO888473',
    'Azure Healthcare APIs',
    'partial',
    ['AHDSMedTechDiagnosticLogs'],
    ['2024-09-02T23:00', '2024-09-02T23:00'],
    ['2024-09-19T00:00', '2024-09-20T00:00'],
    ['c-health'],
  ),
  band(
    'w-sentinel',
    'MO888473',
    'Microsoft Sentinel',
    'unavailable',
    [],
    ['2024-09-02T23:00', '2024-09-02T23:00'],
    ['2024-09-19T00:00', '2024-09-20T00:00'],
  ),
  band(
    'w-sign',
    'MO888473',
    'Azure Trusted Signing',
    'loss',
    ['SignTransactions'],
    ['2024-09-05T00:00', '2024-09-06T00:00'],
    ['2024-09-23T00:00', '2024-09-24T00:00'],
    ['c-sign'],
  ),
  band(
    'w-july',
    'MS-2024-07-30',
    'Azure Front Door',
    'delay',
    ['AzureActivity'],
    ['2024-07-30T11:45', '2024-07-30T11:45'],
    ['2024-07-30T19:43', '2024-07-30T19:43'],
  ),
  band(
    'w-open',
    'CUST-17',
    'Internal forwarder',
    'duplicate',
    ['PowerPlatformAdminActivity'],
    ['2024-09-18T00:00', '2024-09-20T00:00'],
    [null, null],
  ),
];

/** Nine windows of one interval and one after them, as one incident over many services has them. */
export const manyBands = () => [
  ...[
    'Microsoft Entra',
    'Azure Logic Apps',
    'Azure Healthcare APIs',
    'Microsoft Sentinel',
    'Azure Monitor',
    'Azure Trusted Signing',
    'Azure Virtual Desktop',
    'Windows 365',
    'Power Platform',
  ].map((service, i) =>
    band(
      `m-${i}`,
      'ms-2024-09',
      service,
      'partial',
      i === 0 ? ['SigninLogs', 'AuditLogs'] : ['SecurityEvent'],
      ['2024-09-02T23:00', '2024-09-02T23:00'],
      ['2024-09-19T00:00', '2024-10-04T00:00'],
      [`c-${i}`],
    ),
  ),
  band(
    'm-late',
    'ms-2024-09',
    'Azure Logic Apps',
    'delay',
    ['LogicAppWorkflowRuntime'],
    ['2024-09-19T00:00', '2024-09-20T00:00'],
    ['2024-10-03T00:00', '2024-10-04T00:00'],
  ),
];

export const NOTES = [
  note(
    '01J7A',
    'SigninLogs',
    '2024-09-11T02:00',
    '2024-09-11T09:00',
    'confirmed',
    'Password spray from 203.0.113.0/24 falls into the hole',
  ),
  note('01J7B', null, '2024-09-19T04:00', '2024-09-19T10:00', 'hypothesis', 'Agents restarted in batches'),
  note(
    '01J7C',
    'SecurityEvent',
    '2024-08-08T01:00',
    '2024-08-08T07:00',
    'hypothesis',
    'Forwarder patch night? Ask platform team',
  ),
];
function note(id, on, start, end, state, text) {
  return {
    id,
    on,
    start: at(start),
    end: at(end),
    precision: 'PT1H',
    category: 'impact',
    state,
    by: 'analyst-a',
    text,
  };
}

export const model = (change = {}) => ({
  type: 'model',
  title: 'Azure logging agent, September 2024',
  from: FROM,
  to: TO,
  now: TO,
  message: null,
  bands: BANDS,
  lanes: SOURCES.map(({ id, service, status, segments, verdicts }) => ({
    id,
    label: id,
    service,
    status,
    segments,
    verdicts,
    sentence: segments[0]?.sentence ?? 'Tested, nothing found; losses of 6 % or more would show.',
  })),
  ...change,
});

export const series = () => SOURCES.map((s, i) => ({ type: 'series', series: seriesOf(s, i) }));

export function overlay() {
  const next = random(4242);
  const counts = (rate, from, to) =>
    Array.from({ length: BINS }, (_, i) => {
      const t = FROM + i * HOUR;
      return t >= at(from) && t < at(to) && next() < rate ? Math.ceil(next() * 9) : 0;
    });
  const lane = (label, f64) => ({
    label,
    bin: HOUR,
    start: FROM,
    counts: { f64 },
    total: f64.reduce((a, b) => a + b, 0),
  });
  return {
    type: 'overlay',
    title: 'Failed sign-ins by result type',
    note: '3 of 11 groups, the largest',
    overlays: [
      lane('50126 invalid password', counts(0.18, '2024-07-15T00:00', '2024-10-07T00:00')),
      lane('50053 locked account', counts(0.05, '2024-08-20T00:00', '2024-09-30T00:00')),
      lane('53003 blocked by policy', counts(0.02, '2024-07-15T00:00', '2024-10-07T00:00')),
    ],
  };
}
