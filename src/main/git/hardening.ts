/**
 * Settings of every git command the engine runs. A repository's content is written by agents, so nothing in it may make
 * git start a program, ask a person, rewrite history in the background, or follow a nested repository whose own
 * configuration an agent controls; nor believe what an index says of untracked files. External diff drivers and text
 * conversions are refused by the flags of each diff, and drivers that have names of their own by drivers.ts.
 */
export const hardening: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  "core.untrackedCache=false",
  "core.quotePath=false",
  "protocol.ext.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "color.ui=false",
  "commit.gpgSign=false",
  "log.showSignature=false",
  "submodule.recurse=false",
  "diff.ignoreSubmodules=dirty",
];
