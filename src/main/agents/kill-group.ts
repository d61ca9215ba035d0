/** Kills every process of the group that `leader` (a process started detached) leads. */
export function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // The group is empty already.
  }
}
