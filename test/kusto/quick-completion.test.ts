import { expect, it } from 'vitest';
import { type Foreign, kusto, toArray } from '../../src/kusto/engine';
import { quickenCompletion } from '../../src/kusto/quick-completion';

it('gives the engine’s own answers', () => {
  const { Kusto } = kusto();
  const E = Kusto.Language.Editor;
  const items = (): readonly Foreign[] =>
    ['', 'print strc', 'T | where ', 'print x = ', 'let f = (a:string) { a }; print f'].flatMap((text) =>
      toArray(
        new E.KustoCodeService.$ctor1(text, Kusto.Language.GlobalState.Default).GetCompletionItems(
          text.length,
          E.CompletionOptions.Default,
        ).Items,
      ),
    );
  const say = (list: readonly Foreign[]) =>
    list.map((i) => [i.DisplayText, i.BeforeText, i.AfterText, i.Retrigger].join('|'));
  const names = ['plain', 'two words', 'where', '1st', "it's", ''];
  const bracketed = () => {
    const { KustoFacts: facts, KustoDialect: dialect } = Kusto.Language;
    return names.flatMap((n) => [
      facts.BracketNameIfNecessary$1(n, dialect.Query),
      facts.BracketNameIfNecessary$1(n, dialect.EngineCommand),
    ]);
  };
  const before = [say(items()), bracketed()];
  expect(before[0]!.length).toBeGreaterThan(500);
  quickenCompletion();
  expect([say(items()), bracketed()]).toEqual(before);
  expect([say(items()), bracketed()]).toEqual(before);
});
