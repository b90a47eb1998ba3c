import { describe, expect, it } from 'vitest';
import { proofOf, segmentProof } from '../../src/extension/source/sourceFacts';
import { sourcePage } from '../../src/extension/source/sourcePage';
import { facts, HOSTILE } from './source-fixture';

const found = facts();
const html = sourcePage(found, { cspSource: 'https://csp.test', styleUri: 'https://csp.test/source.css' });
const text = html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('the page of a log source', () => {
  it('says what was lost, what could have been seen, and why', () => {
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(text).toContain('Rows lost');
    expect(text).toContain('Sees a loss from');
    expect(text).toContain('Sees a silence from');
    for (const s of found.source.segments) expect(text).toContain(s.sentence.slice(0, 40));
    expect(text).toContain('Confirmed');
  });

  it('says what it was compared with, and what was kept from it', () => {
    expect(text).toContain('same hour of other weeks');
    expect(text).toContain('Saturdays and Sundays have');
    expect(text).toMatch(/an incident window, with a day on each side; a loss/);
    expect(found.source.baseline!.weekday).toHaveLength(24);
  });

  it('lets no text of logs or reviews become markup, and runs nothing', () => {
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
    expect(html).toContain('default-src &#39;none&#39;; style-src https://csp.test');
    expect(html.split(HOSTILE)).toHaveLength(1);
    expect(html).not.toMatch(/ style=/);
  });

  it('links to evidence by name: a segment to its own counts, a claim to its query', () => {
    const gap = found.source.segments.findIndex((s) => s.status === 'GAP');
    expect(html).toContain(encodeURIComponent(JSON.stringify([{ source: 'SigninLogs', proof: segmentProof(gap) }])));
    expect(proofOf(found, segmentProof(gap))!.query).toContain('SigninLogs');
    expect(proofOf(found, 'claim 0')!.query).toBe(found.claims[0]!.claim.query);
    for (const name of ['segment 99', 'claim -1', 'x', 'segment']) expect(proofOf(found, name)).toBeUndefined();
    const source = { ...found.source, query: 'T\n| summarize Rows = count() by Bin = bin(TimeGenerated, 1h)' };
    expect(proofOf({ ...found, source }, segmentProof(gap))!.query).toMatch(
      /\| where Bin >= datetime\(.*Bin < datetime/,
    );
  });

  it('has the figures of the picture as a table', () => {
    expect(html.match(/<tr><th scope="row">2024-/g)!.length).toBeGreaterThan(80);
  });
});
