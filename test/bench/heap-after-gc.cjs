// Loaded into the measured process with --expose-gc: on SIGUSR2 it collects garbage and says what heap is left, in bytes.
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  process.stderr.write(`heap after GC: ${process.memoryUsage().heapUsed}\n`);
});
