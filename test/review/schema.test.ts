import Ajv from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { CLAIM_KINDS, VERDICTS } from '../../src/protocol/status';
import { REVIEW_STAGES, REVIEW_STATES, WINDOW_KINDS } from '../../src/review/document';
import schema from '../../src/review/pir.schema.json';
import { newReview } from '../../src/review/template';
import { EXAMPLE } from './example';

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
const check = (text: string): readonly string[] => {
  validate(parse(text));
  return (validate.errors ?? []).map((e) => e.instancePath);
};

it('takes what the reader takes', () => {
  expect(check(EXAMPLE)).toEqual([]);
  expect(check(newReview({ id: 'x', title: 'x', vendor: 'x', vendorIds: [], windows: [] }))).toEqual([]);
});

it('refuses what the reader refuses', () => {
  expect(check(EXAMPLE.replace('kind: loss   ', 'kind: lost   '))).toContain('/windows/w-signin/kind');
  expect(check(EXAMPLE.replace('"2031-03-04T02:10Z"', 'Tuesday'))).toContain('/windows/w-signin/start');
  expect(check(EXAMPLE.replace('percent: 4', 'percent: 400'))).toContain('/windows/w-signin/lossEstimate/percent');
  expect(check('- a')).toEqual(['']);
});

it('knows the words that the code knows', () => {
  const { definitions: d, properties: p } = schema;
  expect([
    p.stage.enum,
    p.review.enum,
    d.window.properties.kind.enum,
    d.claim.properties.kind.enum,
    d.result.properties.verdict.enum,
  ]).toEqual([REVIEW_STAGES, REVIEW_STATES, WINDOW_KINDS, CLAIM_KINDS, VERDICTS].map((x) => [...x]));
});
