/** Settings from the environment, with defaults that suit a developer's machine. */
export function readConfig(env) {
  return {
    port: Number(env.PORT ?? 4080),
    dataFile: env.PIGEON_DATA ?? "data/parcels.json",
    logLevel: env.LOG_LEVEL ?? "info",
  };
}
