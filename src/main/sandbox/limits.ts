/** What one sandboxed command and all it starts may take. */
export interface Limits {
  /**
   * Processes and threads at once. The kernel does not hold root to it, and counts those of the whole user where there is no
   * namespace to count in: then it is left out.
   */
  readonly processes?: number;
  /** Bytes of memory of its own, for each process. */
  readonly memory: number;
}

/**
 * The same through `/bin/sh`, which sets the limits first. There are no core dumps, and the kernel takes these processes
 * before others when memory runs out. Shells differ in the letter for processes.
 */
export function withLimits(
  command: { readonly file: string; readonly args: readonly string[] },
  { processes, memory }: Limits,
): { readonly file: string; readonly args: readonly string[] } {
  const script = [
    "ulimit -c 0",
    ...(processes === undefined ? [] : [`ulimit -u ${processes} 2>/dev/null || ulimit -p ${processes}`]),
    `ulimit -d ${Math.floor(memory / 1024)} 2>/dev/null`,
    "{ echo 500 >/proc/self/oom_score_adj; } 2>/dev/null",
    'exec "$@"',
  ].join("\n");
  return { file: "/bin/sh", args: ["-c", script, "sh", command.file, ...command.args] };
}
