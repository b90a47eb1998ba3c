/** A drag with the pointer captured: it ends with the button, is given up with Escape, and never leaves listeners behind. */
export interface DragPoint {
  /** Client coordinates, CSS pixels: where it began and where it is. */
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface DragListener {
  readonly move: (point: DragPoint) => void;
  /** `moved` is false for a click: the pointer stayed where it was. */
  readonly end: (point: DragPoint, moved: boolean) => void;
  readonly cancel: () => void;
}

/** Movement below this many CSS pixels is a click. */
const CLICK = 4;

export function startDrag(down: PointerEvent, target: HTMLElement, listener: DragListener): void {
  if (down.button !== 0) return;
  target.setPointerCapture(down.pointerId);
  const { clientX: x0, clientY: y0 } = down;
  const point = (e: PointerEvent): DragPoint => ({ x0, y0, x1: e.clientX, y1: e.clientY });
  let moved = false;
  const stop = new AbortController();
  const { signal } = stop;
  target.addEventListener(
    'pointermove',
    (e) => {
      moved ||= Math.abs(e.clientX - x0) >= CLICK || Math.abs(e.clientY - y0) >= CLICK;
      if (moved) listener.move(point(e));
    },
    { signal },
  );
  target.addEventListener(
    'pointerup',
    (e) => {
      stop.abort();
      listener.end(point(e), moved);
    },
    { signal },
  );
  const cancel = () => {
    if (signal.aborted) return;
    stop.abort();
    listener.cancel();
  };
  target.addEventListener('pointercancel', cancel, { signal });
  window.addEventListener(
    'keydown',
    (e) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      cancel();
    },
    { signal, capture: true },
  );
}
