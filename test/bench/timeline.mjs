// CPU per frame of the timeline while it zooms and pans, in Chromium without a GPU: the whole page, not the canvas alone.
// `node test/bench/timeline.mjs [seconds]`. Wall time is noise on shared machines; CPU of all browser processes is what counts.
import { buildPages, launch, open, serve } from '../webview/harness.mjs';

const seconds = Number(process.argv[2] ?? 4);
const DAY = 86_400_000;
const FROM = Date.UTC(2026, 0, 1);
const WORKLOADS = {
  '8 lanes × 125k': { lanes: 8, points: 125_000, span: 7 * DAY },
  '1 lane × 1M': { lanes: 1, points: 1_000_000, span: 7 * DAY },
  '30 lanes × 8,760': { lanes: 30, points: 8760, span: 365 * DAY },
};

/** Runs in the page: makes the messages there, so that what crosses is not measured. */
function messages({ lanes, points, span, from }) {
  const bin = span / points;
  const names = Array.from({ length: lanes }, (_, l) => `Source${l}`);
  const bands = Array.from({ length: 20 }, (_, b) => {
    const start = from + (span * b) / 20;
    const end = start + span * (0.005 + (b % 5) * 0.004);
    return {
      id: `w-${b}`,
      label: `INC-${100 + b}`,
      kind: ['loss', 'delay', 'partial', 'duplicate'][b % 4],
      service: 'Service',
      sources: [names[b % lanes]],
      startEarliest: start,
      startLatest: start + span / 500,
      endEarliest: end,
      endLatest: end,
    };
  });
  const exact = (t) => ({ earliest: t, latest: t });
  const gap = {
    status: 'GAP',
    start: from + span * 0.4,
    end: from + span * 0.44,
    startRange: exact(from + span * 0.4),
    endRange: exact(from + span * 0.44),
    ongoing: false,
    sentence: '',
    lost: 1,
  };
  const list = names.map((id) => ({
    id,
    label: id,
    service: 'Service',
    status: 'GAP',
    sentence: '',
    segments: [gap],
    verdicts: [],
  }));
  const all = [
    {
      type: 'model',
      title: 'Bench',
      from,
      to: from + span,
      now: from + span,
      lanes: list,
      bands,
      message: null,
    },
  ];
  names.forEach((lane, l) => {
    const observed = new Float64Array(points);
    const expected = new Float64Array(points);
    for (let i = 0; i < points; i++) {
      const hour = (i * bin) / 3_600_000;
      expected[i] = 100 + 60 * Math.sin((hour / 24) * 6.283) + 20 * Math.sin((hour / 168) * 6.283);
      const gone = i > points * 0.4 && i < points * 0.44;
      observed[i] = gone ? 0 : Math.round(expected[i] + (((i * 2654435761 + l) >>> 8) % 41) - 20);
    }
    const series = {
      lane,
      bin,
      start: from,
      observed,
      late: null,
      expected,
      expectedLow: expected.map((v) => v * 0.8),
      expectedHigh: expected.map((v) => v * 1.2),
    };
    all.push({ type: 'series', series });
  });
  return all;
}

/** Runs in the page: one wheel event a frame, zooming in and out while it pans. */
function drive(ms) {
  const target = document.querySelector('.lanes-canvas');
  const box = target.getBoundingClientRect();
  return new Promise((done) => {
    let frames = 0;
    let first;
    const next = (now) => {
      first ??= now;
      const phase = Math.sin(((now - first) / ms) * Math.PI * 4);
      const common = {
        bubbles: true,
        cancelable: true,
        clientX: box.left + box.width * (0.5 + 0.3 * phase),
        clientY: box.top + 20,
      };
      target.dispatchEvent(new WheelEvent('wheel', { ...common, ctrlKey: true, deltaY: phase > 0 ? -12 : 12 }));
      target.dispatchEvent(new WheelEvent('wheel', { ...common, deltaX: phase * 24 }));
      frames++;
      if (now - first < ms) requestAnimationFrame(next);
      else done(frames);
    };
    requestAnimationFrame(next);
  });
}

const server = await serve(await buildPages());
for (const [name, workload] of Object.entries(WORKLOADS)) {
  const browser = await launch();
  const session = await browser.newBrowserCDPSession();
  const cpu = async () =>
    (await session.send('SystemInfo.getProcessInfo')).processInfo.reduce((sum, p) => sum + p.cpuTime, 0) * 1000;
  const p = await open(browser, server.origin, 'timeline', { width: 1300, height: 840 });
  const devtools = await p.page.context().newCDPSession(p.page);
  await devtools.send('Performance.enable');
  const script = async () =>
    (await devtools.send('Performance.getMetrics')).metrics.find((m) => m.name === 'ScriptDuration').value * 1000;
  const paint = await p.page.evaluate(`(async () => {
    const all = (${messages})(${JSON.stringify({ ...workload, from: FROM })});
    const start = performance.now();
    for (const data of all) window.dispatchEvent(new MessageEvent('message', { data }));
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  })()`);
  const [cpu0, script0] = [await cpu(), await script()];
  const frames = await p.page.evaluate(drive, seconds * 1000);
  const [cpu1, script1] = [await cpu(), await script()];
  const per = (ms) => (ms / frames).toFixed(1).padStart(6);
  process.stdout.write(
    `${name.padEnd(18)} ${String(frames).padStart(4)} frames  CPU ${per(cpu1 - cpu0)} ms  script ${per(script1 - script0)} ms a frame  first paint ${paint.toFixed(0)} ms\n`,
  );
  if (p.faults.length > 0) process.stdout.write(`  ${p.faults.join('; ')}\n`);
  await browser.close();
}
server.close();
