import { describe, expect, it } from 'vitest';
import { diagnosed } from './scenario';

const check = (text: string, expected: readonly string[]) =>
  expect(diagnosed(text).filter((d) => !/^GL20[12]|Hint/.test(d))).toEqual(expected);

describe('a column of a table that is not known', () => {
  it('is there until an operator leaves it out', () => {
    check('Unk | where A == 1 | extend B = C | sort by D', []);
    check('Unk | summarize count() by Name | where TimeGenerated > ago(1d)', ['GL208 Error «TimeGenerated»']);
    check('Own_CL | project Name | extend x = 1 | sort by Time desc', ['GL208 Error «Time»']);
    check('Unk | distinct A, B | project A, C', ['GL208 Error «C»']);
    check('AzureDiagnostics | count | where Count > 1 and n_s == 1', ['KS142 Error «n_s»']);
    check('AzureDiagnostics | summarize by ResourceId | where foo_s == "x"', ['GL208 Error «foo_s»']);
  });
  it('is gone behind an operator with a hint that is not known here', () =>
    check('Unk | summarize hint.strategy=partitioned count() by Name | where Other == 1', [
      'KS005 Information «partitioned»',
      'GL208 Error «Other»',
    ]));
  it('is there behind what takes all columns, or others than it names', () => {
    check('Unk | summarize arg_max(TimeGenerated, *) by Name | where Other == 1', []);
    check('Unk | distinct * | where Other == 1', []);
    check('Unk | project-keep A* | where Ab == 1', []);
    check('Unk | project-away A | where B == 1', []);
    check('Unk | project A | join kind=inner (Unk2 | project A, B) on A | where B == 1', []);
    check('Unk | project A | evaluate bag_unpack(A) | where B == 1', []);
    check('Unk | project A | union Unk2 | where B == 1', []);
    check('Unk | project A | invoke Something() | where B == 1', []);
    check('Unk | project A | mv-apply x = A on (where B == 1)', []);
  });
  it('is there under the name that an operator gives it', () => {
    check('Unk | summarize (T, R) = arg_max(TimeGenerated, Raw) by Host | project T, R, Host', []);
    check(
      'Unk | summarize make_set(Dur), percentile(D2, 95), dcountif(A, B == 1) by bin(Time, 1h) | where set_Dur has "x" and percentile_D2_95 > 1 and dcountif_A > 1 and Time > ago(1h)',
      [],
    );
    check('Unk | project tostring(Bag.key), Name = tolower(N) | where Bag_key == Name', []);
    check('let w = 5; Unk | summarize n = count() by Name | where n > w | extend m = n | project m, Name', []);
    check('Unk | project Bag | where Bag.Time > 1 and Bag["x"] == 2', []);
  });
  it('is asked for inside a query within, which has its own', () =>
    check('Unk | summarize n = count() by Name | where Name in ((Unk2 | where Other == 1 | project Name))', []));

  it('is asked for of a table within that is not known either', () => {
    check('Own_CL | where N in ((Unk2 | where Other == 1 | project Name))', []);
    check('let X = SigninLogs | project A = AppId; Own_CL | where N in ((X | where A == "x"))', []);
    check('Own_CL | where N in ((SigninLog | where AppId == "x"))', ['KS204 Error «SigninLog»', 'KS142 Error «AppId»']);
  });
});
