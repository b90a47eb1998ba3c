import type { Instant, Span } from '../base/time';

/** The part of the time axis that is on screen, and the whole that it may not leave. */
export interface View {
  readonly from: Instant;
  readonly to: Instant;
}

/** Limits of a view: the extent of the data and the shortest span that still shows something. */
export interface ViewLimits extends View {
  readonly minSpan: Span;
}

/** Share of the extent that may be seen beyond each end, so that an edge is not glued to the frame. */
const MARGIN = 0.02;

export const viewSpan = (view: View): number => view.to - view.from;

/** Limits for data of bin `bin` between `from` and `to`: four bins at least are always on screen. */
export function limitsOf(from: Instant, to: Instant, bin: Span): ViewLimits {
  const end = to > from ? to : ((from + bin) as Instant);
  return { from, to: end, minSpan: Math.min(end - from, bin * 4) as Span };
}

/** The whole extent with its margin. */
export function wholeView(limits: ViewLimits): View {
  const pad = (limits.to - limits.from) * MARGIN;
  return { from: (limits.from - pad) as Instant, to: (limits.to + pad) as Instant };
}

/** The nearest view inside the limits; the span is kept where it fits. Anything that is not a number becomes the whole. */
export function clampView(view: View, limits: ViewLimits): View {
  const whole = wholeView(limits);
  const asked = view.to - view.from;
  if (!Number.isFinite(view.from) || !Number.isFinite(view.to) || asked <= 0) return whole;
  const length = Math.min(Math.max(asked, limits.minSpan), whole.to - whole.from);
  const centre = (view.from + view.to) / 2;
  const from = length === asked ? view.from : centre - length / 2;
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  return { from: start as Instant, to: (start + length) as Instant };
}

/** Zooms by `factor` (below 1: in) with `at` staying where it is. */
export function zoomAt(view: View, factor: number, at: Instant, limits: ViewLimits): View {
  const length = Math.min(Math.max(viewSpan(view) * factor, limits.minSpan), viewSpan(wholeView(limits)));
  const share = (at - view.from) / viewSpan(view);
  const from = at - share * length;
  return clampView({ from: from as Instant, to: (from + length) as Instant }, limits);
}

/** Moves the view by a share of its own span. */
export function panBy(view: View, share: number, limits: ViewLimits): View {
  const by = viewSpan(view) * share;
  return clampView({ from: (view.from + by) as Instant, to: (view.to + by) as Instant }, limits);
}

/** The least change of the view that shows `[start, end]`; an interval too long for the view is shown whole with room. */
export function reveal(view: View, start: Instant, end: Instant, limits: ViewLimits): View {
  const length = viewSpan(view);
  const room = length * 0.05;
  if (end - start > length * 0.9) return frame(start, end, limits);
  if (start >= view.from && end <= view.to) return view;
  const from = start < view.from ? start - room : end + room - length;
  return clampView({ from: from as Instant, to: (from + length) as Instant }, limits);
}

/** Shows `[start, end]` filling about two thirds of the view. */
export function frame(start: Instant, end: Instant, limits: ViewLimits): View {
  const pad = Math.max((end - start) * 0.25, limits.minSpan / 2);
  return clampView({ from: (start - pad) as Instant, to: (end + pad) as Instant }, limits);
}
