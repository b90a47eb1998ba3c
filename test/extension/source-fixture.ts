/** A page of a log source with a loss of an agent, a hostile name and hostile texts: what the browser checks look at. */
import { seededRandom } from '../../src/base/random';
import { HOUR } from '../../src/base/time';
import { type SourceFacts, sourceFacts } from '../../src/extension/source/sourceFacts';
import { type SourcePageInit, sourcePage } from '../../src/extension/source/sourcePage';
import { whatIf } from '../../src/extension/whatif/whatIfModel';
import { whatIfPage } from '../../src/extension/whatif/whatIfPage';
import { readValues } from '../../src/extension/whatif/whatIfValues';
import type { AssessResult } from '../../src/protocol/datahost';
import { assess, at, claimOn, windowOf } from '../eval/assess';
import { binomial, generate, NOISE } from '../eval/noise';
import { cleanTable, logSource } from '../eval/tables';

const FROM = 7 * 168 + 23;
const TO = FROM + 17 * 24;
export const HOSTILE = `<img src=x onerror=alert(1)>"'&</script>`;

export function facts(): SourceFacts {
  const { rows } = generate({ ...NOISE, shape: 'office', rate: 200, seed: 8 });
  const random = seededRandom(5);
  const kept = rows.map((n, h) => binomial(n, h >= FROM && h < TO ? 0.6 : h >= 1800 && h < 1830 ? 0 : 1, random));
  const windows = [
    windowOf('w-1', ['SigninLogs'], FROM, [TO - 30, TO], { label: `MS-2024-09 ${HOSTILE}`, claims: ['c-001'] }),
    windowOf('w-2', ['SigninLogs'], FROM + 60, FROM + 200, { label: 'Second', kind: 'delay' }),
  ];
  const claims = [claimOn(['w-1']), claimOn(['w-1'], 'not-affected', 'c-002')];
  const source = logSource('SigninLogs', { notes: [HOSTILE], services: ['Microsoft Entra ID'] });
  const found = assess([{ source, volumes: cleanTable(kept, 8, true) }], { windows, claims });
  const [from, to] = [at(0), at(rows.length)];
  const result: AssessResult = {
    coverage: { from, to, now: to, bin: HOUR, sources: found.sources },
    windows,
    reviews: found.reviews.map((r) => ({ path: `/w/${HOSTILE}.pir.yaml`, report: r.report, problems: [] })),
  };
  return sourceFacts(result, 'SigninLogs', found.series[0] ?? null)!;
}

export const sourceHtml = (init: SourcePageInit): string => sourcePage(facts(), init);

/** A what-if, busier by day, of a stop that a cache outlasts for a while, of a log source with a hostile name. */
export function whatIfHtml(init: SourcePageInit): string {
  const values = {
    rate: '250/s',
    eventSize: '500',
    cache: '10000MB',
    stop: '2024-09-02T23:00',
    restart: '2024-09-06T12:00',
    upload: '400/s',
    profile: '25/s',
  };
  return whatIfPage(whatIf(readValues(values)!, `SigninLogs ${HOSTILE}`), values, init);
}
