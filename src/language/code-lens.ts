import type { CodeLens } from 'vscode-languageserver-types';
import { type CoverageFacts, EditorCommand, type PlaceArgument, type RunQueryArgument } from '../protocol/language';
import { worstStatus } from '../protocol/status';
import { coverageOfQuery, lookbackOf, type SourceRead, spanWords } from './coverage';
import type { KqlDocument, QueryBlock } from './document';

/** Offset of the first character of a block that is neither blank nor comment; null where there is none. */
export function firstCode(text: string): number | null {
  const skipped = /^(?:\s|\/\/[^\r\n]*)*/.exec(text)![0].length;
  return skipped < text.length ? skipped : null;
}

/** The lenses over each query: run it, how far back it reads, what of that was incomplete, which windows lie in it. */
export function codeLenses(document: KqlDocument, facts: CoverageFacts | null): readonly CodeLens[] {
  return document.blocks.flatMap((block) => {
    const first = firstCode(block.text);
    if (first === null || block.text[first] === '#' || block.text[first] === '.') return [];
    const range = document.range(block, first, first);
    const lens = (title: string, command: string, argument: RunQueryArgument | PlaceArgument): CodeLens => ({
      range,
      command: { title, command, arguments: [argument] },
    });
    const run: RunQueryArgument = {
      uri: document.uri,
      start: block.toHost(0),
      end: block.toHost(block.text.length),
      text: block.text.trim(),
    };
    return [lens('$(play) Run', EditorCommand.runQuery, run), ...coverageLenses(block, facts, lens)];
  });
}

type Lens = (title: string, command: string, argument: RunQueryArgument | PlaceArgument) => CodeLens;

function coverageLenses(block: QueryBlock, facts: CoverageFacts | null, lens: Lens): CodeLens[] {
  if (!facts || facts.sources.length === 0) return [];
  const { reads, sources } = coverageOfQuery(block, facts);
  if (reads.length === 0) return [];
  const lookbacks = reads.map((r) => lookbackOf(r, facts.now));
  const longest = lookbacks.some((l) => l === null) ? null : Math.max(...lookbacks.map((l) => l!));
  const from = reads.some((r) => r.bounds.from === null) ? null : Math.min(...reads.map((r) => r.bounds.from!));
  const to = Math.max(...reads.map((r) => r.bounds.to ?? facts.now));
  const place = (source: string | null): PlaceArgument => ({ source, start: from, end: to });
  const single = new Set(sources.map((s) => s.fact.id)).size === 1 ? sources[0]!.fact.id : null;
  const out = [
    lens(
      `$(history) Reads back ${longest === null ? 'without limit' : spanWords(longest)}`,
      EditorCommand.openTimeline,
      place(single),
    ),
  ];
  out.push(lens(coverageTitle(sources), EditorCommand.showSource, place(worst(sources)?.fact.id ?? single)));
  const windows = [...new Set(sources.flatMap((s) => s.windows.map((w) => w.label)))];
  if (windows.length) {
    const title = windows.length === 1 ? windows[0]! : `${windows.length} incident windows`;
    out.push(lens(`$(warning) ${title}`, EditorCommand.openTimeline, place(single)));
  }
  return out;
}

function worst(sources: readonly SourceRead[]): SourceRead | undefined {
  const status = worstStatus(sources.flatMap((s) => s.segments.map((x) => x.status)));
  return sources.find((s) => s.segments.some((x) => x.status === status));
}

function coverageTitle(sources: readonly SourceRead[]): string {
  if (sources.length === 0) return '$(question) Coverage not assessed';
  const bad = sources.filter((s) => s.segments.length > 0);
  if (bad.length === 0) {
    const judged = sources.map((s) => s.fact.minimumDetectableLoss);
    const unknown = judged.some((m) => m === null);
    const mdl = Math.max(...judged.map((m) => m ?? 0));
    return unknown
      ? '$(info) No loss seen, not every source has a baseline'
      : `$(check) No loss seen (down to ${Math.max(1, Math.round(mdl * 100))} %)`;
  }
  const names = [...new Set(bad.map((s) => s.fact.id))];
  const status = worstStatus(bad.flatMap((s) => s.segments.map((x) => x.status)));
  const word = {
    GAP: 'gap',
    PARTIAL: 'partial',
    DELAYED: 'delayed',
    DUPLICATED: 'duplicated',
    RESTAMPED: 'restamped',
    RECOVERED: 'recovered',
    STEP_CHANGE: 'level changed',
  }[status as 'GAP'];
  return `$(alert) ${names.length === 1 ? names[0] : `${names.length} sources`}: ${word ?? status.toLowerCase()}`;
}
