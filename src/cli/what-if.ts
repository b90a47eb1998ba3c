import { formatInstant, formatSpan, type Interval } from '../base/time';
import {
  hoursWords,
  type OfficeProfile,
  type OutageEffect,
  officeProfile,
  outageEffect,
  parseProfile,
} from '../coverage/agent';
import { countText, reportTime, spanText } from '../review/report-text';
import { plural } from '../review/summary';
import { type CommandIo, EXIT, type ExitCode, usageError } from './io';
import { bytesOption, choiceOption, numberOption, timeOption } from './options';

export interface WhatIfOptions {
  readonly rate: string;
  readonly eventSize: string;
  readonly cache: string;
  readonly stop: string;
  readonly restart: string;
  readonly policy: string;
  readonly profile?: string;
  readonly drain?: string;
  readonly format: string;
}

/** `gapline what-if`: what a stop of a collection agent loses and delays. */
export async function whatIf(io: CommandIo, o: WhatIfOptions): Promise<ExitCode> {
  const stop = timeOption('stop', o.stop)!;
  const restart = timeOption('restart', o.restart)!;
  if (restart <= stop) throw usageError('--restart must be later than --stop.');
  const perSecond = numberOption('rate', o.rate, 0);
  const drain = o.drain === undefined ? undefined : numberOption('drain', o.drain, 0) * 3600;
  const profile = o.profile === undefined ? null : profileOption(perSecond * 3600, o.profile);
  const effect = outageEffect({
    rate: profile?.series ?? perSecond * 3600,
    eventBytes: bytesOption('event-size', o.eventSize),
    cacheBytes: bytesOption('cache', o.cache),
    stop,
    restart,
    policy: choiceOption('policy', o.policy, ['drop-oldest', 'drop-newest']),
    ...(drain !== undefined && { drainPerHour: drain }),
  });
  io.out(
    choiceOption('format', o.format, ['text', 'json']) === 'json'
      ? `${JSON.stringify(toJson(effect, profile), null, 2)}\n`
      : toText(effect, profile),
  );
  return EXIT.ok;
}

function profileOption(perHour: number, text: string): OfficeProfile {
  const said = parseProfile(text);
  if (said === undefined)
    throw usageError(
      `--profile ${text}: write office, or the rate of nights and weekends as 200/h; hours in UTC as office 12-22.`,
    );
  return officeProfile(perHour, said);
}

const intervalJson = (i: Interval | null) => i && { start: formatInstant(i.start), end: formatInstant(i.end) };

function toJson(e: OutageEffect, p: OfficeProfile | null) {
  return {
    ...(p && { profile: { officePerHour: p.office, otherwisePerHour: p.otherwise, ...p.hours } }),
    capacity: e.capacity,
    stuck: Math.round(e.stuck),
    lost: Math.round(e.lost),
    late: Math.round(e.late),
    lostInterval: intervalJson(e.lostInterval),
    lateInterval: intervalJson(e.lateInterval),
    fullAfter: e.fullAfter === null ? null : formatSpan(e.fullAfter),
    drained: e.drained === null ? null : formatSpan(e.drained),
    delays: e.delays && { oldest: formatSpan(e.delays.oldest), newest: formatSpan(e.delays.newest) },
  };
}

function toText(e: OutageEffect, p: OfficeProfile | null): string {
  const interval = (i: Interval | null) => (i ? `, collected from ${reportTime(i.start)} to ${reportTime(i.end)}` : '');
  const hourly = (n: number) => plural(n, 'event');
  return [
    ...(p ? [`${hourly(p.office)} an hour ${hoursWords(p.hours)}, ${countText(p.otherwise)} otherwise.`] : []),
    `The cache holds ${countText(e.capacity)} events; ${countText(e.stuck)} are collected while the agent cannot upload.`,
    `Lost: ${plural(e.lost, 'event')}${interval(e.lostInterval)}`,
    `Late: ${plural(e.late, 'event')}${interval(e.lateInterval)}`,
    e.fullAfter === null
      ? 'The cache does not fill before the restart.'
      : `The cache is full after ${spanText(e.fullAfter)}.`,
    ...(e.drained === null ? [] : [`The backlog is uploaded ${spanText(e.drained)} after the restart.`]),
    '',
  ].join('\n');
}
