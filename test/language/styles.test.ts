import { describe, expect, it } from 'vitest';
import { diagnosed } from './scenario';
import { styles } from './styles';

/** A query in a rule as published rules write it. */
const asRule = (kql: string) =>
  `id: 7f0e4d2a-0000-4000-8000-000000000001\nname: A rule\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 14d\nquery: |\n${kql
    .split('\n')
    .map((l) => (l === '' ? '' : `  ${l}`))
    .join('\n')}\nentityMappings:\n`;

const alarms = (text: string, file?: string) => diagnosed(text, file).filter((d) => / (Error|Warning) /.test(d));

describe('queries in the styles of public rules', () => {
  it.each(styles.map((q) => [q.replace(/\s+/g, ' ').slice(0, 60), q]))(
    'show no error and no warning: %s',
    (_, query) => {
      expect(alarms(query)).toEqual([]);
    },
  );

  it('show none inside a rule', () => {
    const single = styles.filter((q) => !/search in|union \*|^set /.test(q));
    expect(single.flatMap((q) => alarms(asRule(q), 'rule.yaml'))).toEqual([]);
  });

  it('show none one after the other in a file', () => {
    expect(alarms(styles.filter((q) => !/^(set|declare) /.test(q)).join('\n\n'))).toEqual([]);
  });
});
