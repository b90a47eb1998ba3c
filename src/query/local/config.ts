import { lstat, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { type Instant, parseInstant } from '../../base/time';
import { tableNameIgnoringCase } from '../../catalog/tables';
import type { DataProblem } from '../../protocol/datahost';
import { isInside } from './ingest/files';

/** What `gapline.yaml` says of one log source. */
export interface SourceConfig {
  /** Patterns of files, relative to the folder. */
  readonly files: readonly string[];
  /** Table, where the id is not its name. */
  readonly table: string | null;
  readonly time: string | null;
  readonly ingestion: string | null;
  readonly key: readonly string[] | null;
  /** A KQL predicate. */
  readonly filter: string | null;
  /** IANA zone of those who make the events. */
  readonly seasonalZone: string | null;
  readonly retentionDays: number | null;
  readonly licence: string | null;
  readonly plan: string | null;
  readonly retired: boolean;
  /** True where Parquet is imported as text is, in place of being read where it is. */
  readonly import: boolean;
  /** Names of the columns of delimited files without a header, in their order. */
  readonly columns: readonly string[] | null;
}

export interface FolderConfig {
  readonly now: Instant | null;
  /** IANA zone of times that an export prints as local. */
  readonly zone: string | null;
  /** Ids of log sources that must be there. */
  readonly expect: readonly string[];
  readonly sources: Readonly<Record<string, SourceConfig>>;
  /** `externaldata` address → file, relative to the folder. */
  readonly externaldata: Readonly<Record<string, string>>;
  /** Line of what stands at a path, from 1; null where nothing does. */
  readonly lineOf: (path: readonly (string | number)[]) => number | null;
}

/** A hundred years: beyond it a number is a slip, and times would leave the calendar. */
const MOST_DAYS = 36_500;
/** Whether a value can be for how many days rows are kept. */
export const isRetention = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value <= MOST_DAYS;
export const RETENTION_WANTED = `a number of days above 0, at most ${MOST_DAYS.toLocaleString('en')}`;

export const CONFIG_FILE = 'gapline.yaml';
export const EMPTY_CONFIG: FolderConfig = {
  now: null,
  zone: null,
  expect: [],
  sources: {},
  externaldata: {},
  lineOf: () => null,
};

/** Table of a log source's id: what stands before the slash, unless it is said. */
export const tableOfSource = (id: string, source: SourceConfig): string => source.table ?? id.split('/')[0]!;

/** Whether the Parquet files of a table are to be imported. */
export const isImported = (config: FolderConfig, table: string): boolean =>
  Object.entries(config.sources).some(([id, source]) => {
    const name = tableOfSource(id, source);
    return source.import && (tableNameIgnoringCase(name) ?? name) === table;
  });

/** Line of an item of a list, or of the text that may stand in its place. */
export function lineOfItem(
  { lineOf }: Pick<FolderConfig, 'lineOf'>,
  path: readonly string[],
  items: readonly string[],
  item: string,
): number | null {
  return lineOf([...path, items.indexOf(item)]) ?? lineOf(path);
}

export interface ReadConfig {
  readonly config: FolderConfig;
  readonly problems: readonly DataProblem[];
}

/**
 * Reads `gapline.yaml`; a folder without one has the empty configuration. So has one whose file is a link that leads out of the folder:
 * those who look for data say so.
 */
export async function readConfig(folder: string): Promise<ReadConfig> {
  const path = await ownConfig(folder);
  const text = path === null ? null : await readFile(path, 'utf8').catch(() => null);
  return text === null ? { config: EMPTY_CONFIG, problems: [] } : parseConfig(text);
}

/** The file with links resolved; null where it leads out of the folder. A file that is not there is the folder's own. */
async function ownConfig(folder: string): Promise<string | null> {
  const path = join(folder, CONFIG_FILE);
  const link = await lstat(path).then(
    (info) => info.isSymbolicLink(),
    () => false,
  );
  if (!link) return path;
  const [target, root] = await Promise.all([realpath(path).catch(() => null), realpath(folder)]);
  return target !== null && isInside(root, target) ? target : null;
}

export function parseConfig(text: string): ReadConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: DataProblem[] = [];
  const say = (message: string, line: number | null) =>
    problems.push({
      severity: 'warning',
      code: 'config',
      message: `${CONFIG_FILE}: ${message}`,
      file: CONFIG_FILE,
      line,
    });
  for (const error of document.errors) {
    say(
      `${error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}. The rest is used.`,
      lines.linePos(error.pos[0]).line,
    );
  }
  if (document.contents !== null && !isMap(document.contents))
    say('it must hold names with values, such as "now: 2024-10-13"; nothing of it is used.', 1);
  if (!isMap(document.contents)) return { config: EMPTY_CONFIG, problems };
  const lineOf: FolderConfig['lineOf'] = (path) => {
    const node = document.getIn(path, true) as { range?: readonly number[] } | undefined;
    return node?.range ? lines.linePos(node.range[0]!).line : null;
  };
  const reader = new ConfigReader(document.toJS() as Record<string, unknown>, say, lineOf);
  return { config: reader.read(), problems };
}

/** Reads values that may be anything; what cannot be used is said and left out. */
class ConfigReader {
  constructor(
    private readonly root: Readonly<Record<string, unknown>>,
    private readonly say: (message: string, line: number | null) => void,
    private readonly lineOf: FolderConfig['lineOf'],
  ) {}

  read(): FolderConfig {
    this.known(this.root, [], ['now', 'zone', 'expect', 'sources', 'externaldata']);
    const sources = this.map(['sources'], this.root['sources']);
    const external = this.map(['externaldata'], this.root['externaldata']);
    return {
      lineOf: this.lineOf,
      now: this.instant(),
      zone: this.zone(['zone'], this.root['zone']),
      expect: this.texts(['expect'], this.root['expect']) ?? [],
      sources: Object.fromEntries(Object.entries(sources).map(([id, value]) => [id, this.source(id, value)])),
      externaldata: Object.fromEntries(
        Object.entries(external).flatMap(([uri, value]) => {
          const file = this.text(['externaldata', uri], value);
          return file === null ? [] : [[uri, file]];
        }),
      ),
    };
  }

  private source(id: string, value: unknown): SourceConfig {
    const at = ['sources', id];
    const map = this.map(at, value);
    this.known(map, at, SOURCE_NAMES);
    const text = (name: string) => this.text([...at, name], map[name]);
    const days = map['retentionDays'];
    if (days != null && !isRetention(days)) this.wrong([...at, 'retentionDays'], RETENTION_WANTED);
    const imported = map['import'];
    if (imported != null && typeof imported !== 'boolean') this.wrong([...at, 'import'], 'true or false');
    return {
      files: this.texts([...at, 'files'], map['files']) ?? [],
      table: text('table'),
      time: text('time'),
      ingestion: text('ingestion'),
      key: this.texts([...at, 'key'], map['key']),
      filter: text('filter'),
      seasonalZone: this.zone([...at, 'seasonalZone'], map['seasonalZone']),
      retentionDays: isRetention(days) ? days : null,
      licence: text('licence'),
      plan: text('plan'),
      retired: map['retired'] === true || typeof map['retired'] === 'string',
      import: imported === true,
      columns: this.texts([...at, 'columns'], map['columns']),
    };
  }

  private instant(): Instant | null {
    const value = this.root['now'];
    if (value == null) return null;
    const at = parseInstant(String(value));
    if (at === undefined) this.wrong(['now'], 'a time such as 2024-10-13T00:00Z');
    return at ?? null;
  }

  private zone(path: readonly string[], value: unknown): string | null {
    const text = this.text(path, value);
    if (text === null) return null;
    try {
      return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch {
      this.wrong(path, 'an IANA zone such as Europe/Berlin');
      return null;
    }
  }

  private text(path: readonly string[], value: unknown): string | null {
    if (value == null) return null;
    if (typeof value === 'string') return value;
    this.wrong(path, 'a text');
    return null;
  }

  private texts(path: readonly string[], value: unknown): readonly string[] | null {
    if (value == null) return null;
    const list = Array.isArray(value) ? value : [value];
    if (list.every((v) => typeof v === 'string')) return list as string[];
    this.wrong(path, 'a list of texts');
    return null;
  }

  private map(path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
    if (value == null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    this.wrong(path, 'names and values');
    return {};
  }

  private known(map: Readonly<Record<string, unknown>>, at: readonly string[], names: readonly string[]): void {
    for (const name of Object.keys(map)) {
      if (!names.includes(name))
        this.say(`"${[...at, name].join('.')}" is not known; it is ignored.`, this.lineOf([...at, name]));
    }
  }

  private wrong(path: readonly string[], wanted: string): void {
    this.say(`"${path.join('.')}" must be ${wanted}; it is ignored.`, this.lineOf(path));
  }
}

const SOURCE_NAMES = [
  'files',
  'table',
  'time',
  'ingestion',
  'key',
  'filter',
  'seasonalZone',
  'retentionDays',
  'licence',
  'plan',
  'retired',
  'import',
  'columns',
];

/** Adds a file to a table's source in the text of `gapline.yaml`; comments and everything else stay as they are. */
export function withMappedFile(text: string, file: string, table: string): string {
  const document = parseDocument(text.trim() === '' ? '{}\n' : text);
  if (document.errors.length > 0)
    throw new Error(
      `${CONFIG_FILE} has an error in line ${document.errors[0]!.linePos?.[0].line ?? 1}; mend it first.`,
    );
  if (text.trim() === '') document.contents = document.createNode({}) as unknown as typeof document.contents;
  if (isMap(document.contents)) document.contents.flow = false;
  removeMapping(document, file);
  const path = ['sources', table, 'files'];
  const files = document.getIn(path);
  if (isSeq(files)) document.addIn(path, file);
  else if (typeof files === 'string') document.setIn(path, document.createNode([files, file]));
  else {
    if (!isMap(document.get('sources'))) document.set('sources', document.createNode({}));
    if (!isMap(document.getIn(['sources', table]))) document.setIn(['sources', table], document.createNode({}));
    document.setIn(path, document.createNode([file]));
  }
  return document.toString({ lineWidth: 0 });
}

/** A file belongs to one table: an older answer for it goes. */
function removeMapping(document: ReturnType<typeof parseDocument>, file: string): void {
  const sources = document.get('sources');
  if (!isMap(sources)) return;
  for (const { key } of sources.items) {
    const path = ['sources', String(key), 'files'];
    const files = document.getIn(path);
    if (isSeq(files)) {
      const at = files.items.findIndex((item) => String(item) === file);
      if (at >= 0) files.delete(at);
    } else if (files === file) document.deleteIn(path);
  }
}

/** Remembers in `gapline.yaml` which table a file holds. */
export async function rememberFile(folder: string, file: string, table: string): Promise<void> {
  const path = await ownConfig(folder);
  if (path === null)
    throw new Error(`${CONFIG_FILE} is a link that leads out of the folder, so nothing is written to it.`);
  const text = await readFile(path, 'utf8').catch(() => '');
  await writeFile(path, withMappedFile(text, file, table), 'utf8');
}
