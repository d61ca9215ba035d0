/**
 * Settings of every git command the engine runs. A repository's content is written by agents, so nothing in it may make
 * git start a program, ask a person, rewrite history in the background, or follow a nested repository whose own
 * configuration an agent controls. External diff drivers and text conversions are refused by the flags of each diff.
 */
export const hardening: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
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
