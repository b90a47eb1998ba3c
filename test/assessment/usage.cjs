/** Preloaded into a measured process: writes what it cost to the file that GAPLINE_USAGE names. */
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const figures = { cpuMs: (user + system) / 1000, maxRssMb: process.resourceUsage().maxRSS / 1024 };
  writeFileSync(process.env.GAPLINE_USAGE, JSON.stringify(figures));
});
