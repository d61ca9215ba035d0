const levels = ["debug", "info", "warn", "error"];

/** One JSON line per message; messages below `level` are dropped. */
export function createLog({ level, write, now }) {
  const threshold = levels.indexOf(level);
  const at = (name) => (message, fields = {}) => {
    if (levels.indexOf(name) < threshold) return;
    write(`${JSON.stringify({ time: now().toISOString(), level: name, message, ...fields })}\n`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
