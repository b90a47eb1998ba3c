import { beforeAll, describe, expect, it } from 'vitest';
import { EPOCH_TICKS } from '../../src/base/time';
import { translateWithStandIns } from '../../src/cli/stand-ins';
import { createTranslator } from '../../src/query/local/translate/index';
import type { TranslateTable } from '../../src/query/local/translate/types';

/** What is said of a query's reach, and what had to be made up for it. */

const SYSLOG: TranslateTable = {
  name: 'Syslog',
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Computer', type: 'string' },
    { name: 'SyslogMessage', type: 'string' },
  ],
  relation: '"Syslog"',
  timeColumn: 'TimeGenerated',
  ingestionColumn: null,
};

let translator: ReturnType<typeof createTranslator>;
beforeAll(() => {
  translator = createTranslator();
});

function check(kql: string, kind: string, stoodIn: readonly string[]): void {
  const found = translateWithStandIns(translator, kql, [SYSLOG], EPOCH_TICKS);
  expect([kql, found.translation.kind, found.stoodIn]).toEqual([kql, kind, stoodIn]);
}

describe('stand-ins of gapline check --runnable', () => {
  it('makes up nothing where all is known', () => {
    check('Syslog | where Computer == "a" | count', 'sql', []);
  });

  it('makes up custom tables with the columns that the query names, typed by their suffix', () => {
    check(
      'App_CL | where Name_s has "x" and Count_d > 5 | summarize count() by Name_s, bin(TimeGenerated, 1h)',
      'sql',
      ['table App_CL', 'column Name_s', 'column Count_d'],
    );
    check('let t = 1d; Mine | where TimeGenerated > ago(t) | extend a = Body.b.c | where a == 3', 'sql', [
      'table Mine',
      'column Body',
    ]);
  });

  it('makes up columns of known tables, since an export may have them', () => {
    check('Syslog | where Tenant == "a" | project Computer, Tenant', 'sql', ['column Tenant']);
  });

  it('makes up joined tables, wildcards, watchlists and files behind addresses', () => {
    check('Syslog | join kind=inner (Other | where Rank > 3) on Computer', 'sql', [
      'table Other',
      'column Computer',
      'column Rank',
    ]);
    check('union Cisco* | where Code == 1', 'sql', ['table CiscoAny', 'column Code']);
    check('let v = _GetWatchlist("vip") | project Name; Syslog | where Computer in (v)', 'sql', [
      'column Name',
      'watchlist vip',
    ]);
    check('let v = externaldata(ip:string)["https://a.b/c.csv"]; Syslog | where Computer in (v)', 'sql', [
      'externaldata https://a.b/c.csv',
    ]);
  });

  it('makes up a built-in table that only a text names, with its columns', () => {
    check('let rows = (T:string) { table(T) | count }; rows("SecurityAlert")', 'sql', ['table SecurityAlert']);
  });

  it('takes published parsers as put into functions/, with the columns that they are known to give', () => {
    check('_Im_Dns(starttime=ago(1d), responsecodename="NXDOMAIN") | summarize count() by SrcIpAddr, DnsQuery', 'sql', [
      'function _Im_Dns',
    ]);
    check('imProcessCreate | where CommandLine has "x" | project Dvc', 'sql', ['function imProcessCreate']);
  });

  it('takes the cloud’s knowledge of files for an export of it', () =>
    check(
      'Mine | where SHA1 != "" | invoke FileProfile("SHA1", 1000) | where GlobalPrevalence < 10 | project SHA1',
      'sql',
      ['table Mine', 'table FileProfile', 'column SHA1'],
    ));

  it('takes a saved function that is called as a table for one that is there, whatever it is given', () => {
    check('Mine(4d, "a", names = dynamic(["x"])) | where Rank_d > 3', 'sql', ['function Mine', 'column Rank_d']);
    check('let vips = Vips(); Syslog | where Computer in (vips)', 'sql', ['function Vips']);
    check('Syslog | join kind=leftanti (Others(tags = "a") | distinct Computer) on Computer', 'sql', [
      'function Others',
      'column Computer',
    ]);
    check('_Im_Dns_OldProductV07(starttime = ago(1d)) | where DnsQuery has "a"', 'sql', [
      'function _Im_Dns_OldProductV07',
      'column DnsQuery',
    ]);
  });

  it('makes up what a saved function that is invoked gives, and a published one on watchlists', () => {
    check('Syslog | where Computer == "a" | invoke WhoIs(2, "x") | where Team == "b" | project Computer, Team', 'sql', [
      'function WhoIs',
      'column Team',
    ]);
    check('_ASIM_GetWatchlistRaw("vips") | extend Who = tostring(WatchlistItem["Who"]) | project Who', 'sql', [
      'function _ASIM_GetWatchlistRaw',
    ]);
  });

  it('gives a column the type that it has in the other legs of a union', () => {
    check(
      'union isfuzzy=true (Mine | project TimeGenerated, Account), (Event | project TimeGenerated, Account = UserName) | extend Who = Account',
      'sql',
      ['table Mine', 'column Account'],
    );
    check('union (Mine | extend Port = iff(A == 1, B, C)), (print Port = 5) | where Port == 1 | project Port', 'sql', [
      'table Mine',
      'column A',
      'column B',
      'column C',
      'column Port',
    ]);
  });

  it('makes up a table where all tables are read and nobody has one', () => {
    const made = (kql: string) => {
      const { translation, stoodIn } = translateWithStandIns(translator, kql, [], EPOCH_TICKS);
      return [translation.kind, stoodIn];
    };
    const find =
      'find where TimeGenerated > ago(1d) project _BilledSize, Computer | summarize sum(_BilledSize) by Computer';
    expect(made(find)).toEqual(['sql', ['table Any', 'column _BilledSize', 'column Computer']]);
    const search = 'search "abc" | where TimeGenerated > ago(1d) | summarize count() by $table';
    expect(made(search)).toEqual(['sql', ['table Any']]);
    check('search "abc" | summarize count() by $table', 'sql', []);
  });

  it('makes up tables of Azure Resource Graph', () =>
    check('arg("").Resources | where type == "x" | project name', 'sql', [
      'table Resources',
      'column type',
      'column name',
    ]));

  it('makes up the tables of a fuzzy union, since any of them may be there', () => {
    check('union isfuzzy=true one_log, two_log | where code in (2, 3) | summarize count() by client', 'sql', [
      'table one_log',
      'table two_log',
      'column code',
      'column client',
    ]);
    check('union isfuzzy=true (Old() | project Name_s), (Syslog | project Name_s = Computer)', 'sql', [
      'function Old',
      'column Name_s',
    ]);
  });

  it('knows the network of the list that places addresses, and of no other list', () => {
    check('Syslog | extend Place = geo_info_from_ip_address(Computer) | project Place', 'sql', [
      'watchlist geo_info_from_ip_address',
    ]);
    check('_GetWatchlist("ranges") | project network', 'sql', ['column network', 'watchlist ranges']);
  });

  it('takes the columns of watchlists for texts, and others where nothing else fits', () => {
    check(
      '_GetWatchlist("ports") | extend Port = split(Ports, ",") | mv-expand Port | summarize count() by Name',
      'sql',
      ['column Ports', 'column Name', 'watchlist ports'],
    );
    check(
      'Mine | extend Late = format_datetime(Seen, "HH") | join kind=inner (Syslog) on $left.Box == $right.Computer',
      'sql',
      ['table Mine', 'column Seen', 'column Box'],
    );
    check('Mine | project-rename User = Account | join kind=inner (Other | where User != "") on User', 'sql', [
      'table Mine',
      'table Other',
      'column Account',
      'column User',
    ]);
    check('Mine | summarize count() by Who, What', 'sql', ['table Mine', 'column Who', 'column What']);
  });

  it('never makes up what must bring a body', () => {
    check('Syslog | extend x = Mine(Computer)', 'refused', []);
    check('workspace("other").Syslog | count', 'refused', []);
  });

  it('leaves names wrong that no table could have', () => {
    check('Syslog | summarize c = count() by Computer | where d > 3', 'invalid', ['column d']);
    check('Syslog | where (', 'invalid', []);
  });
});
