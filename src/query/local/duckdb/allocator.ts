/**
 * How the engine's allocator (jemalloc, on Linux) keeps what queries free. Read once, when the engine's library is loaded, so
 * every file that imports the engine imports this one first.
 *
 * With its own values (an arena a core, freed pages kept for two seconds) each further query left pages behind that the next
 * one, on other threads, did not take: five runs of a distinct count over ten million rows went from 450 to 630 MB. One arena
 * whose freed pages go back within a tenth of a second holds them at the first run's peak, at no CPU that could be measured
 * (none kept at all costs a quarter more). What the environment says wins.
 */
process.env['DUCKDB_JE_MALLOC_CONF'] ??= 'narenas:1,dirty_decay_ms:100,muzzy_decay_ms:0';
